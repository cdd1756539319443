/** One change of one form: sent once, answered, never queued; what was refused is told field by field. */

import { signal, type Signal } from "@preact/signals";
import type { Wanted } from "./station.ts";
import { uuid, type Answer, type Method, type Options, type Problem } from "./http.ts";

export type Send = <T>(method: Method, path: string, options: Options) => Promise<Answer<T>>;
/** Headers that say who acts here; null when somebody was asked to sign and did not. */
export type Signing = (wanted: Wanted) => Promise<Readonly<Record<string, string>> | null>;

/** Refusals that another signature answers. */
const SIGN_AGAIN: ReadonlySet<string> = new Set(["signature_required", "wrong_pin", "no_pin", "password_required", "wrong_password"]);

export interface Refusal {
  readonly status: number;
  readonly problem: Problem;
  /** Per field, why it was not taken; `""` holds what is about no single field. */
  readonly fields: ReadonlyMap<string, string>;
  /** Which conditions are not met yet (409). */
  readonly gates: readonly { readonly code: string; readonly detail: string }[];
}

/** Whether it may have been recorded all the same. */
const unknown = (status: number): boolean => status === 0 || status === 503;

interface Item {
  readonly path?: unknown;
  readonly code?: unknown;
  readonly detail?: unknown;
}

const items = (found: unknown): readonly Item[] => (Array.isArray(found) ? found.filter((item) => typeof item === "object" && item !== null) : []);

export function refusalOf(status: number, problem: Problem): Refusal {
  const fields = new Map(items(problem["errors"]).map((item) => [String(item.path ?? ""), String(item.detail ?? "")]));
  const gates = items(problem["gates"]).map((item) => ({ code: String(item.code ?? ""), detail: String(item.detail ?? "") }));
  return { status, problem, fields, gates };
}

export interface Change {
  readonly method?: Method;
  readonly path: string;
  readonly body?: unknown;
  /** At a shared station its person proves with a PIN who signs. */
  readonly signed?: boolean;
  /** Who does it, of the people on here; left out: who acts at this station, or is logged in. */
  readonly person?: string | null;
  /** Their name alone is enough for it, also while the login is locked. */
  readonly byName?: boolean;
}

/** Belongs to one form. After an unknown outcome the same key goes out again, so that nothing is recorded twice. */
export class Writing {
  readonly busy: Signal<boolean> = signal(false);
  readonly refusal: Signal<Refusal | null> = signal(null);
  private key: string | null = null;
  private sentBody = "";

  constructor(
    private readonly send: Send,
    private readonly signing: Signing,
    private readonly loggedOut: () => void,
    private readonly newKey: () => string = uuid,
  ) {}

  /** The answer's body; null when it was refused, cancelled or unknown (see `refusal`), or is being sent already. */
  async run<T>(change: Change): Promise<{ readonly body: T } | null> {
    if (this.busy.peek()) return null;
    this.busy.value = true;
    try {
      return await this.sent<T>(change, change.signed ?? false, null);
    } finally {
      this.busy.value = false;
    }
  }

  /** A signature that is not taken is asked for again, with the reason, until it is right or given up. */
  private async sent<T>(change: Change, signed: boolean, refused: Problem | null): Promise<{ readonly body: T } | null> {
    const { method = "POST", path, body, person = null, byName = false } = change;
    const headers = await this.signing({ signed, person, byName, refused });
    if (headers === null) {
      if (refused !== null) this.refused(403, refused);
      return null;
    }
    const answer = await this.send<T>(method, path, { body: body ?? {}, key: this.keyFor(method, path, body), headers });
    if (answer.ok) {
      [this.key, this.refusal.value] = [null, null];
      return { body: answer.body };
    }
    if (answer.status === 403 && SIGN_AGAIN.has(answer.problem.code)) {
      this.key = null;
      return this.sent<T>(change, true, answer.problem);
    }
    this.refused(answer.status, answer.problem);
    return null;
  }

  clear(): void {
    this.refusal.value = null;
  }

  /** What came of a try without an answer is known otherwise: the same thing once more is a new request. */
  settle(): void {
    const refusal = this.refusal.peek();
    if (this.busy.peek() || refusal === null || !unknown(refusal.status)) return;
    [this.key, this.refusal.value] = [null, null];
  }

  private keyFor(method: Method, path: string, body: unknown): string {
    const said = JSON.stringify([method, path, body]);
    if (this.key === null || said !== this.sentBody) this.key = this.newKey();
    this.sentBody = said;
    return this.key;
  }

  private refused(status: number, problem: Problem): void {
    this.refusal.value = refusalOf(status, problem);
    // A definite no is answered for good under its key; what came of no answer the same key finds out.
    if (!unknown(status)) this.key = null;
    if (status === 401) this.loggedOut();
  }
}
