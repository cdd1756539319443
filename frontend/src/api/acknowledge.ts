/** Acknowledging: one round trip per press, never optimistic, never queued; what became of it is told per alert. */

import { signal, type Signal } from "@preact/signals";
import { acknowledged } from "../core/alerts.ts";
import type { Alert } from "../wire/types.ts";
import { personName } from "../words.ts";
import type { Answer, Problem } from "./http.ts";

/** `sent`: the server said yes, and the frame that shows it is on its way. `shown`: a frame has shown the other's acknowledgement. */
export type Attempt =
  | { readonly kind: "sending" | "sent" | "failed"; readonly key: string; readonly by: string | null }
  | { readonly kind: "first"; readonly key: string; readonly who: string | null; readonly at: string | null; readonly shown: boolean };

export type Post = (path: string, options: { body: unknown; key: string; timeoutMs: number }) => Promise<Answer<Alert>>;

const TIMEOUT_MS = 3_000;

export class Acknowledgements {
  /** Attempts by alert id; an alert that is acknowledged or re-armed since has none. */
  readonly attempts: Signal<ReadonlyMap<string, Attempt>> = signal(new Map());

  /** Each alert with an attempt as the frames told it when that was answered. */
  private readonly told = new Map<string, Alert>();
  private open: readonly Alert[] = [];

  constructor(
    private readonly post: Post,
    private readonly newKey: () => string,
    private readonly loggedOut: () => void,
  ) {}

  /** `by`: whose name was tapped at a station; null: the person who is logged in. */
  async acknowledge(alertId: string, by: string | null = null): Promise<void> {
    const before = this.attempts.peek().get(alertId);
    if (before?.kind === "sending" || before?.kind === "sent") return;
    // The same key again after a failure: if the first request did arrive, this one gets its answer. Another name is another request.
    const key = before?.kind === "failed" && before.by === by ? before.key : this.newKey();
    this.set(alertId, { kind: "sending", key, by });
    const body = by === null ? {} : { acknowledged_by: by };
    const answer = await this.post(`alerts/${encodeURIComponent(alertId)}/acknowledge`, { body, key, timeoutMs: TIMEOUT_MS });
    if (this.attempts.peek().get(alertId)?.key !== key) return;
    if (answer.ok) this.set(alertId, { kind: "sent", key, by });
    else this.refused(alertId, { key, by }, answer.status, answer.problem);
  }

  /** Compares with what a frame shows: an attempt ends when its alert is acknowledged or gone, "who was first" when it re-arms. */
  settle(alerts: readonly Alert[]): void {
    const attempts = this.attempts.peek();
    this.open = alerts;
    if (attempts.size === 0) return;
    const open = new Map(alerts.map((alert) => [alert.id, alert]));
    const left = new Map<string, Attempt>();
    for (const [id, attempt] of attempts) {
      const alert = open.get(id);
      const next = alert === undefined ? null : acknowledged(alert) ? settled(attempt, true) : this.unanswered(attempt, alert);
      if (next !== null) left.set(id, next);
    }
    for (const id of this.told.keys()) if (!left.has(id)) this.told.delete(id);
    if (left.size !== attempts.size || [...left].some(([id, attempt]) => attempts.get(id) !== attempt)) this.attempts.value = left;
  }

  /** A frame has told of the alert since, and that nobody has it: it was re-armed, or nothing came of the attempt. Asking again is a new request. */
  private unanswered(attempt: Attempt, alert: Alert): Attempt | null {
    const before = this.told.get(alert.id);
    this.told.set(alert.id, alert);
    if (before === undefined || before === alert) return settled(attempt, false);
    if (attempt.kind === "sent") return null;
    return attempt.kind === "failed" ? { ...attempt, key: this.newKey() } : settled(attempt, false);
  }

  private refused(alertId: string, { key, by }: { key: string; by: string | null }, status: number, problem: Problem): void {
    const other = status === 409 ? first(problem) : null;
    if (other !== null) this.set(alertId, { kind: "first", key, ...other, shown: false });
    // A definite no needs a new key next time; after no answer the old one finds out what became of it.
    else this.set(alertId, { kind: "failed", by, key: status === 0 || status === 503 ? key : this.newKey() });
    if (status === 401) this.loggedOut();
  }

  private set(alertId: string, attempt: Attempt): void {
    const now = this.open.find(({ id }) => id === alertId);
    if (now === undefined) this.told.delete(alertId);
    else this.told.set(alertId, now);
    this.attempts.value = new Map(this.attempts.peek()).set(alertId, attempt);
  }
}

function settled(attempt: Attempt, isAcknowledged: boolean): Attempt | null {
  if (attempt.kind !== "first") return isAcknowledged ? null : attempt;
  if (isAcknowledged) return attempt.shown ? attempt : { ...attempt, shown: true };
  return attempt.shown ? null : attempt;
}

/** Who was first, from a 409; null when the refusal is about something else. */
function first(problem: Problem): { who: string | null; at: string | null } | null {
  const nested = problem["alert"];
  const found = (typeof nested === "object" && nested !== null ? nested : problem) as Record<string, unknown>;
  const at = found["acknowledged_at"];
  if (typeof at !== "string" && !problem.code.includes("acknowledged")) return null;
  return { who: personName(found["acknowledged_by_name"]) ?? personName(found["acknowledged_by"]), at: typeof at === "string" ? at : null };
}
