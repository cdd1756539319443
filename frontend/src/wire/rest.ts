/** Answers of the REST doors that the screens read, named exactly as the contract names them. */

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Idle for too long: this login sees what a wallboard sees and may change nothing. */
  readonly locked?: boolean;
  readonly clinic?: unknown;
}

/** A line of the timeline: when it was so, when it was recorded, and its type; the rest depends on the type. */
export interface TimelineEntry {
  readonly at: string;
  readonly recorded_at: string;
  readonly type: string;
  readonly kind?: string;
  readonly [field: string]: unknown;
}
