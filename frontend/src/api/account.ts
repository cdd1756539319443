/** Who is logged in at this screen, as the server knows it. */

import { signal } from "@preact/signals";
import type { User } from "../wire/types.ts";
import { W } from "../words.ts";
import { request } from "./http.ts";

/** `unknown` until the server has answered once; `locked`: the wall goes on without names, and acting takes a new login. */
export type Login = { readonly kind: "unknown" | "none" } | { readonly kind: "user" | "locked"; readonly user: User };

const CHECK_EVERY_MS = 60_000;
const MARK = "kat-monitor-login";

/** Remembers over reloads that somebody logged in here; nothing about whom. */
export interface Marker {
  has(): boolean;
  set(there: boolean): void;
}

/** In the browser's storage; where that is switched off, the server is asked at every load. */
export function storedMarker(storage: () => Storage): Marker {
  const guarded = <T>(use: (storage: Storage) => T, otherwise: T): T => {
    try {
      return use(storage());
    } catch (failure) {
      if (failure instanceof DOMException) return otherwise;
      throw failure;
    }
  };
  return {
    has: () => guarded((there) => there.getItem(MARK) !== null, true),
    set: (there) => guarded((at) => (there ? at.setItem(MARK, "1") : at.removeItem(MARK)), undefined),
  };
}

export class Account {
  readonly login = signal<Login>({ kind: "unknown" });
  private checkedAt = 0;

  constructor(private readonly marker: Marker) {}

  /** At load: without a mark nobody is logged in here, and the server need not be asked. */
  async begin(): Promise<Login["kind"]> {
    if (this.marker.has()) return this.check();
    this.login.value = { kind: "none" };
    return "none";
  }

  /** Asks the server; an answer that does not come changes nothing. */
  async check(): Promise<Login["kind"]> {
    const answer = await request<User>("GET", "me");
    const before = this.login.value;
    if (answer.status === 401 || answer.status === 403) {
      this.login.value = { kind: "none" };
      this.marker.set(false);
    } else if (answer.ok) {
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
      this.marker.set(true);
      this.login.value = { kind: "user", user: answer.body.user };
      return null;
    }
    if (answer.status === 429) return W.loginSlowed;
    return answer.status === 0 || answer.status >= 500 ? W.loginUnreachable : W.loginRefused;
  }

  /** Somebody was let in otherwise than by `enter`. */
  async entered(): Promise<Login["kind"]> {
    this.marker.set(true);
    return this.check();
  }

  /** Whether the server has ended the login; only then may the page forget it. */
  async leave(): Promise<boolean> {
    const answer = await request("POST", "logout");
    const ended = answer.ok || answer.status === 401;
    if (ended) this.marker.set(false);
    return ended;
  }
}
