/** A day's alerts counted: per chair, per hour, and how long each waited for somebody. */

import type { Alert, AlertState, Priority } from "../wire/types.ts";
import { dayStart, hourOf, instant, isDay } from "./day.ts";
import { millis } from "./time.ts";

/** Empty: all. */
export interface DayAsked {
  readonly day: string;
  readonly chair: string;
  readonly priority: Priority | "";
  readonly kind: Alert["kind"] | "";
}

export const MOST_OF_A_DAY = 1_000;
const PRIORITIES: readonly string[] = ["high", "medium", "low"];
const KINDS: readonly string[] = ["physiological", "technical"];

/** What the address asks for; a day it does not say is today. */
export function dayAsked(query: string, today: string): DayAsked {
  const given = new URLSearchParams(query);
  const one = (name: string, fits: (value: string) => boolean): string => {
    const value = given.get(name) ?? "";
    return fits(value) ? value : "";
  };
  return {
    day: one("day", isDay) || today,
    chair: one("chair", (value) => /^[0-9a-f-]{36}$/i.test(value)),
    priority: one("priority", (value) => PRIORITIES.includes(value)) as DayAsked["priority"],
    kind: one("kind", (value) => KINDS.includes(value)) as DayAsked["kind"],
  };
}

export function dayAddress(asked: DayAsked, today: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== "" && !(name === "day" && value === today)) query.set(name, value);
  const text = query.toString();
  return text === "" ? "alerts" : `alerts?${text}`;
}

export function dayRequest({ day, chair, priority, kind }: DayAsked): string {
  const query = new URLSearchParams({ from: instant(dayStart(day)), to: instant(dayStart(day, 1)), limit: String(MOST_OF_A_DAY) });
  if (chair !== "") query.set("chair_id", chair);
  if (priority !== "") query.set("priority", priority);
  if (kind !== "") query.set("kind", kind);
  return `alerts?${query.toString()}`;
}

/** From when it was raised until somebody took it, ms; null while nobody has. */
export function response(alert: Alert): number | null {
  const span = millis(alert.acknowledged_at) - millis(alert.raised_at ?? alert.opened_at);
  return Number.isNaN(span) ? null : Math.max(0, span);
}

/** A cuff's question that its second reading answered with no: it was never an alarm, and nobody had to take it. */
export const asksNobody = (alert: Pick<Alert, "state" | "closed_reason">): boolean => alert.closed_reason === "not_confirmed";

export interface Responses {
  readonly taken: number;
  readonly median: number | null;
  readonly slowest: number | null;
  /** Open or resolved, and nobody has taken it. */
  readonly waiting: number;
}

export function responses(alerts: readonly Alert[]): Responses {
  const times = alerts
    .map(response)
    .filter((time) => time !== null)
    .sort((a, b) => a - b);
  const waits = (state: AlertState): boolean => state !== "closed";
  return { taken: times.length, median: median(times), slowest: times.at(-1) ?? null, waiting: alerts.filter((alert) => response(alert) === null && waits(alert.state)).length };
}

/** Of sorted numbers; between two in the middle, their mean. */
export function median(sorted: readonly number[]): number | null {
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

export type Counts = Readonly<Record<Priority | "technical", number>> & { readonly all: number };

function counted(alerts: readonly Alert[]): Counts {
  const count = (name: Priority): number => alerts.filter((alert) => alert.kind === "physiological" && alert.priority === name).length;
  return { high: count("high"), medium: count("medium"), low: count("low"), technical: alerts.filter((alert) => alert.kind === "technical").length, all: alerts.length };
}

function grouped<K>(alerts: readonly Alert[], by: (alert: Alert) => K): Map<K, Alert[]> {
  const groups = new Map<K, Alert[]>();
  for (const alert of alerts) {
    const group = groups.get(by(alert));
    if (group === undefined) groups.set(by(alert), [alert]);
    else group.push(alert);
  }
  return groups;
}

/** Chairs by id (null: of the whole clinic), most alerts first. */
export function perChair(alerts: readonly Alert[]): readonly { readonly chair: string | null; readonly counts: Counts }[] {
  const groups = grouped(alerts, (alert) => alert.chair_id);
  return [...groups].map(([chair, of]) => ({ chair, counts: counted(of) })).sort((a, b) => b.counts.all - a.counts.all);
}

/** Every hour from the first with an alert to the last: empty ones between them are news too. */
export function perHour(alerts: readonly Alert[]): readonly { readonly hour: number; readonly counts: Counts }[] {
  const groups = grouped(alerts, (alert) => hourOf(millis(alert.opened_at)));
  const hours = [...groups.keys()];
  if (hours.length === 0) return [];
  const first = Math.min(...hours);
  return Array.from({ length: Math.max(...hours) - first + 1 }, (_, n) => ({ hour: first + n, counts: counted(groups.get(first + n) ?? []) }));
}
