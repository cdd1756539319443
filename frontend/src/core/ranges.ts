/** What a session's limits allow of a measure in a phase, for the words beside its number. */

import type { Limit } from "../wire/detail.ts";
import type { Phase } from "../wire/types.ts";

export interface Range {
  readonly low: number | null;
  readonly high: number | null;
}

/** The narrowest range of plain limits; `highOnly`: of those with high priority. */
export function rangeOf(limits: readonly Limit[], metric: string, phase: Phase, highOnly = false): Range {
  const found = limits.filter((limit) => limit.metric === metric && limit.when.includes(phase) && !limit.needs_symptom && (!highOnly || limit.priority === "high"));
  const of = (kind: string): number[] => found.filter((limit) => limit.kind === kind).map(({ value }) => value);
  const [above, below] = [of("above"), of("below")];
  return { low: below.length === 0 ? null : Math.max(...below), high: above.length === 0 ? null : Math.min(...above) };
}

/** The phase whose limits count now: those of recovery stay in words after the end. */
export const judgedIn = (phase: Phase): Phase => (phase === "discharged" || phase === "cancelled" ? "recovery" : phase === "scheduled" ? "preparing" : phase);
