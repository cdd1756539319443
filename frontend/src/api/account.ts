/** Who is logged in at this screen, as the server knows it. */

import { signal } from "@preact/signals";
import type { User } from "../wire/types.ts";
import { W } from "../words.ts";
import { request } from "./http.ts";

/** `unknown` until the server has answered once. */
export type Login = { readonly kind: "unknown" } | { readonly kind: "none" } | { readonly kind: "user"; readonly user: User };

export class Account {
  readonly login = signal<Login>({ kind: "unknown" });

  /** Asks the server; an answer that does not come changes nothing. */
  async check(): Promise<Login["kind"]> {
    const answer = await request<User>("GET", "me");
    if (answer.ok) this.login.value = { kind: "user", user: answer.body };
    else if (answer.status === 401 || answer.status === 403) this.lost();
    return this.login.value.kind;
  }

  /** Null when it worked, else what to tell the person. */
  async enter(username: string, password: string): Promise<string | null> {
    const answer = await request<{ user: User }>("POST", "login", { body: { username, password } });
    if (answer.ok) {
      this.login.value = { kind: "user", user: answer.body.user };
      return null;
    }
    if (answer.status === 429) return W.loginSlowed;
    return answer.status === 0 || answer.status >= 500 ? W.loginUnreachable : W.loginRefused;
  }

  lost(): void {
    this.login.value = { kind: "none" };
  }

  /** Whether the server has ended the login; only then may the page forget it. */
  async leave(): Promise<boolean> {
    const answer = await request("POST", "logout");
    return answer.ok || answer.status === 401;
  }
}
