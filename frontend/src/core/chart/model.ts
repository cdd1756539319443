/** Everything the session chart shows, in times and values: one reading of the record that chart, table and tests share. */

import { begunOf, correctedIn, endOf, phaseAt, type SessionRecord } from "../record.ts";
import { millis } from "../time.ts";
import type { ByMinute, RecordAlert } from "../../wire/detail.ts";
import type { Due, Priority, TimelineEntry } from "../../wire/types.ts";
import { linesOf, partsOf, type Line, type Part } from "./lines.ts";
import { barsOf, gapsOf, type Cuff, type Gap, type Streams } from "./readings.ts";
import { spanOf, type Shown, type Span } from "./span.ts";

const MINUTE_MS = 60_000;
/** Fraction of the baseline that the band reaches above and below it. */
const BAND = 0.2;

export interface Bar extends Cuff {
  readonly systolic: number;
  readonly diastolic: number;
  readonly parts: readonly Part[];
}

export interface ChartEvent {
  readonly at: number;
  /** The session's own drug. */
  readonly dose: boolean;
  readonly entry: TimelineEntry;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly alert: RecordAlert;
}

export interface Ahead {
  readonly at: number;
  readonly due: Due;
}

export interface Usual {
  readonly at: readonly number[];
  readonly median: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface ChartModel {
  readonly span: Span;
  /** Where the chart's time has come to; after the end it is the end. */
  readonly now: number;
  readonly open: boolean;
  readonly bars: readonly Bar[];
  readonly streams: Streams;
  readonly gaps: { readonly heart_rate: readonly Gap[]; readonly spo2: readonly Gap[] };
  readonly lines: readonly Line[];
  readonly baseline: { readonly systolic: number; readonly low: number; readonly high: number } | null;
  readonly window: { readonly from: number; readonly to: number; readonly planned: number } | null;
  readonly events: readonly ChartEvent[];
  readonly alerts: readonly Stretch[];
  readonly planned: readonly number[];
  readonly points: readonly Ahead[];
  readonly earliest: number | null;
  readonly usual: Usual | null;
}

const ON_TOP: ReadonlySet<string> = new Set(["dose", "medication", "intervention", "stop", "adverse_event", "oxygen"]);

/** What the record and the wall say: `due` is empty for a session that is not on the wall. */
export interface ChartInput {
  readonly record: SessionRecord;
  readonly now: number;
  readonly due: readonly Due[];
  readonly shown: Shown;
  readonly earlier: ByMinute | null;
  /** Minutes between cuff readings by phase, by the session's protocol; null while not known. */
  readonly intervals: Intervals | null;
}

export type Intervals = Readonly<Record<string, number>>;

export function modelOf({ record, now: clock, due, shown, earlier, intervals }: ChartInput): ChartModel {
  const { detail, cuffs, streams } = record;
  const end = endOf(detail);
  const now = end ?? clock;
  const dosed = millis(detail.dosing?.started_at);
  const zero = Number.isNaN(dosed) ? null : dosed;
  const first = Math.min(begunOf(detail) ?? now, cuffs[0]?.at ?? now);
  const span = spanOf({ dosed: zero, begun: first, now }, shown);
  const lines = (at: number): readonly Line[] => linesOf(detail.limits, detail.baseline, phaseAt(detail, at), at, millis);
  const last = end === null ? detail.phase : (detail.phases.at(-2)?.phase ?? detail.phase);
  const systolic = detail.baseline?.systolic ?? null;
  const window = zero === null || detail.dosing === null ? null : { from: zero, to: windowEnd(record, zero, now), planned: detail.dosing.planned_min };
  const earliest = end === null ? earliestOf(record, now) : null;
  return {
    span,
    now,
    open: end === null,
    bars: barsOf(cuffs).map((cuff) => bar(cuff, lines(cuff.at))),
    streams,
    gaps: { heart_rate: gapsOf(streams, "heart_rate", now), spo2: gapsOf(streams, "spo2", now) },
    lines: linesOf(detail.limits, detail.baseline, last, now, millis),
    baseline: systolic === null ? null : { systolic, low: systolic * (1 - BAND), high: systolic * (1 + BAND) },
    window,
    events: eventsOf(record),
    alerts: stretches(record.alerts, now),
    planned: plannedOf(due, intervals, window?.to ?? null, earliest ?? span.to),
    points: due.filter(({ kind, at }) => kind === "point" && millis(at) > now).map((item) => ({ at: millis(item.at), due: item })),
    earliest,
    usual: zero === null ? null : usualOf(earlier, zero),
  };
}

function bar(cuff: Cuff, lines: readonly Line[]): Bar {
  const ends = { systolic: cuff.systolic ?? 0, diastolic: cuff.diastolic ?? 0 };
  return { ...cuff, ...ends, parts: partsOf(lines, ends) };
}

const MOST_PLANNED = 40;

/** What is owed by the server's word; from dosing on also what follows by the protocol's intervals, until `until`. */
function plannedOf(due: readonly Due[], intervals: Intervals | null, dosingEnds: number | null, until: number): readonly number[] {
  const owed = due.filter(({ kind, state }) => (kind === "cuff" || kind === "effect" || kind === "recheck") && state === "planned").map(({ at }) => millis(at));
  const next = due.find(({ kind }) => kind === "cuff");
  const [dosing = 0, recovery = 0] = [intervals?.["dosing"], intervals?.["recovery"]];
  if (next === undefined || dosingEnds === null || !(dosing > 0) || !(recovery > 0)) return owed;
  let at = millis(next.at);
  while (owed.length < MOST_PLANNED) {
    at += (at < dosingEnds ? dosing : recovery) * MINUTE_MS;
    if (!(at <= until)) break;
    owed.push(at);
  }
  return owed;
}

/** While it runs, when dosing will end by the server's clock; afterwards when it ended. */
function windowEnd({ detail }: SessionRecord, zero: number, now: number): number {
  const over = detail.phases.findLast(({ phase }) => phase === "dosing")?.to ?? null;
  if (over !== null) return millis(over);
  const ends = millis(detail.dosing?.ends_at);
  if (!Number.isNaN(ends)) return Math.max(ends, zero);
  return Math.max(now, zero) + (detail.dosing?.remaining_min ?? 0) * MINUTE_MS;
}

function eventsOf({ timeline }: SessionRecord): readonly ChartEvent[] {
  const corrected = correctedIn(timeline);
  return timeline
    .filter((entry) => entry.type === "event" && ON_TOP.has(entry.kind ?? "") && !corrected.has(String(entry["event_id"])))
    .map((entry) => ({ at: millis(entry.at), dose: entry.kind === "dose", entry }));
}

/** Each alert from its onset until what it is about was over; without an end until now. */
function stretches(alerts: readonly RecordAlert[], now: number): readonly Stretch[] {
  return alerts.map((alert) => {
    const from = millis(alert.opened_at);
    const ended = millis(alert.ended_at ?? alert.closed_at);
    return { from, to: Math.max(from, Number.isNaN(ended) ? now : ended), alert };
  });
}

/** The latest of the times before which a criterion cannot be met; null when none is known ahead. */
function earliestOf({ detail }: SessionRecord, now: number): number | null {
  const times = detail.readiness.criteria.map(({ not_before }) => millis(not_before)).filter((at) => at > now);
  return times.length === 0 ? null : Math.max(...times);
}

function usualOf(earlier: ByMinute | null, zero: number): Usual | null {
  const usual = earlier?.usual ?? null;
  if (usual === null || usual.minutes.length === 0) return null;
  return { at: usual.minutes.map((minute) => zero + minute * MINUTE_MS), ...usual.systolic };
}

/** `15 above her usual at +20`: the newest reading against the median of earlier sessions at the nearest minute. */
export function againstUsual(model: ChartModel): { readonly minute: number; readonly difference: number } | null {
  const last = model.bars.at(-1);
  const { usual, span } = model;
  if (last === undefined || usual === null || span.zero === null || last.at < span.zero) return null;
  const near = usual.at.map((at, n) => ({ apart: Math.abs(at - last.at), median: usual.median[n] ?? null, at })).filter(({ median }) => median !== null);
  const best = near.sort((a, b) => a.apart - b.apart)[0];
  if (best === undefined || best.median === null || best.apart > 5 * MINUTE_MS) return null;
  return { minute: Math.round((best.at - span.zero) / MINUTE_MS), difference: Math.round(last.systolic - best.median) };
}

export const highestOf = (parts: readonly Part[]): Priority | null => (["high", "medium", "low"] as const).find((priority) => parts.some((part) => part.priority === priority)) ?? null;
