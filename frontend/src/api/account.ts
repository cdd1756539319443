/** Who is logged in at this screen, as the server knows it. */

import { signal } from "@preact/signals";
import type { User } from "../wire/types.ts";
import { W } from "../words.ts";
import { request } from "./http.ts";

/** `unknown` until the server has answered once; `locked`: the wall goes on without names, and acting takes a new login. */
export type Login = { readonly kind: "unknown" | "none" } | { readonly kind: "user" | "locked"; readonly user: User };

const CHECK_EVERY_MS = 60_000;

export class Account {
  readonly login = signal<Login>({ kind: "unknown" });
  private checkedAt = 0;

  /** Asks the server; an answer that does not come changes nothing. */
  async check(): Promise<Login["kind"]> {
    const answer = await request<User>("GET", "me");
    const before = this.login.value;
    if (answer.status === 401 || answer.status === 403) this.login.value = { kind: "none" };
    else if (answer.ok) {
      const kind = answer.body.locked === true ? "locked" : "user";
      const same = before.kind === kind && before.user.id === answer.body.id;
      if (!same) this.login.value = { kind, user: answer.body };
    }
    return this.login.value.kind;
  }

  /** Looks once a minute whether the login was locked, so that a nurse knows before an alert needs an answer. */
  tick(now: number): void {
    const kind = this.login.peek().kind;
    if (kind === "none" || now - this.checkedAt < CHECK_EVERY_MS) return;
    this.checkedAt = now;
    void this.check();
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

  /** Whether the server has ended the login; only then may the page forget it. */
  async leave(): Promise<boolean> {
    const answer = await request("POST", "logout");
    return answer.ok || answer.status === 401;
  }
}
