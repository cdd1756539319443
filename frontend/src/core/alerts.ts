/** Order, level and audibility of alerts: what a tile, the list and the sound agree on. */

import type { Alert, Priority } from "../wire/types.ts";
import { limitParts } from "./limits.ts";
import { millis } from "./time.ts";

export type Level = 0 | 1 | 2 | 3;
export type Ack = "none" | "needed" | "done";

const LEVELS: Record<Priority, Level> = { low: 1, medium: 2, high: 3 };

export function level(alert: Alert): Level {
  return LEVELS[alert.priority];
}

export function acknowledged(alert: Alert): boolean {
  return alert.acknowledged_at !== null && alert.acknowledged_at !== undefined;
}

/** Whether it goes on and nobody has taken it. */
export function calls(alert: Alert): boolean {
  return !acknowledged(alert) && alert.state !== "returned";
}

/** The highest level that calls; 0 when nothing does. What flashes and is ringed is this, not what somebody has acted on. */
export const callingLevel = (alerts: readonly Alert[]): Level => alerts.reduce<Level>((top, alert) => (calls(alert) && level(alert) > top ? level(alert) : top), 0);

/** What calls before what only waits for a review, and that before what somebody has acted on. */
const turn = (alert: Alert): number => (acknowledged(alert) ? 2 : alert.state === "returned" ? 1 : 0);

/** Within a turn the higher, then the older first. Ids settle ties. */
export function byUrgency(a: Alert, b: Alert): number {
  return (
    turn(a) - turn(b) ||
    level(b) - level(a) ||
    millis(a.opened_at) - millis(b.opened_at) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** What stands behind a higher alert of its measure comes right after that one: the higher one is what is acted on. */
export function behindLast(alerts: readonly Alert[]): readonly Alert[] {
  const subject = (alert: Alert): string => `${alert.chair_id} ${alert.session_id} ${limitParts(alert.limit).measure}`;
  const before = alerts.filter((alert) => alert.suppressed !== true);
  const firsts = new Map([...before].reverse().map((alert) => [subject(alert), alert.id]));
  const behind = (alert: Alert): boolean => alert.suppressed === true && firsts.has(subject(alert));
  return alerts.flatMap((alert) => {
    if (behind(alert)) return [];
    const isFirst = firsts.get(subject(alert)) === alert.id;
    return isFirst ? [alert, ...alerts.filter((other) => behind(other) && subject(other) === subject(alert))] : [alert];
  });
}

/** Alerts of one limit at one chair stand together, whatever source saw them; a group stands where its most urgent does. */
export function byLimit(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = `${alert.chair_id} ${alert.session_id} ${alert.limit}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else group.push(alert);
  }
  return [...groups.values()];
}

export interface Tally {
  readonly name: Priority | "technical";
  readonly count: number;
  /** The highest level of those that call; 0 when none does. */
  readonly calling: Level;
}

/** Open alerts by priority, technical ones by themselves; what stands behind a higher one of the same measure is not counted again. */
export function tallied(alerts: readonly Alert[]): { readonly [N in Tally["name"]]: Tally } {
  const tally = (name: Tally["name"]): Tally => {
    const found = alerts.filter((alert) => alert.suppressed !== true && (alert.kind === "technical" ? "technical" : alert.priority) === name);
    return { name, count: found.length, calling: callingLevel(found) };
  };
  return { high: tally("high"), medium: tally("medium"), low: tally("low"), technical: tally("technical") };
}

export interface TileLevel {
  readonly level: Level;
  readonly kind: "patient" | "technical" | "none";
  readonly ack: Ack;
}

/** The highest alert that goes on decides level and kind (without one, the highest resolved); physiology before technique. */
export function tileLevel(alerts: readonly Alert[]): TileLevel {
  const going = alerts.filter((alert) => alert.state !== "returned");
  let top: Alert | null = null;
  for (const alert of going.length > 0 ? going : alerts) {
    const higher = top === null || level(alert) > level(top);
    const patientFirst = top !== null && level(alert) === level(top) && top.kind === "technical" && alert.kind === "physiological";
    if (higher || patientFirst) top = alert;
  }
  if (top === null) return { level: 0, kind: "none", ack: "none" };
  const kind = top.kind === "technical" ? "technical" : "patient";
  return { level: level(top), kind, ack: alerts.every(acknowledged) ? "done" : "needed" };
}

/** Whether an alert makes the sound of its priority: active, not acknowledged, not late, not behind a higher one. */
export function sounds(alert: Alert): boolean {
  const quiet = acknowledged(alert) || alert.late === true || alert.suppressed === true;
  return alert.state === "active" && !quiet && alert.priority !== "low";
}

/** Whether it is meant to be heard at this station; a browser that is no station hears everything. */
export function heardAt(alert: Alert, station: string | null): boolean {
  return station === null || alert.sounds_at === null || alert.sounds_at === undefined || alert.sounds_at.includes(station);
}

/** When an alert that somebody has last reminded of itself, in ms; null while it has not. */
export function remindedAt(alert: Alert): number | null {
  return alert.reminded_at === null || alert.reminded_at === undefined ? null : millis(alert.reminded_at);
}

/** A low alert makes one quiet sound, and once more; nothing sounds for what somebody has, what came late or stands behind another. */
export function soundsLow(alert: Alert): boolean {
  const quiet = acknowledged(alert) || alert.late === true || alert.suppressed === true;
  return alert.state === "active" && !quiet && alert.priority === "low";
}

/** Whether its reminder is heard. */
export function reminds(alert: Alert): boolean {
  const quiet = alert.late === true || alert.suppressed === true || alert.priority === "low";
  return alert.state === "active" && acknowledged(alert) && !quiet;
}
