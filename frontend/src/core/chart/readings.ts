/** A session's readings as the chart needs them: single ones whole, streams in even steps, and where nothing was measured. */

import { millis } from "../time.ts";
import type { CuffColumns, StepColumns } from "../../wire/columns.ts";

/** One reading of a cuff or by hand. */
export interface Cuff {
  readonly key: string;
  readonly at: number;
  readonly systolic: number | null;
  readonly diastolic: number | null;
  readonly mean: number | null;
  readonly heart_rate: number | null;
  readonly source: string;
  readonly suspect: boolean;
  readonly late: boolean;
  readonly voided: boolean;
}

export function cuffsOf(columns: CuffColumns): readonly Cuff[] {
  return columns.effective_at.map((at, n) => ({
    key: `${columns.device[n] ?? ""} ${columns.seq[n] ?? n}`,
    at: millis(at),
    systolic: columns.systolic[n] ?? null,
    diastolic: columns.diastolic[n] ?? null,
    mean: columns.mean[n] ?? null,
    heart_rate: columns.heart_rate[n] ?? null,
    source: columns.source[n] ?? "",
    suspect: columns.suspect[n] === true,
    late: columns.late[n] === true,
    voided: columns.voided[n] === true,
  }));
}

/** What has both ends and stands: the bars of the chart, in time order. */
export const barsOf = (cuffs: readonly Cuff[]): readonly Cuff[] => cuffs.filter((cuff) => !cuff.voided && cuff.systolic !== null && cuff.diastolic !== null);

export type Values = readonly (number | null)[];

/** Values of even steps from `from` on, ms; all of one length. */
export interface Streams {
  readonly from: number;
  readonly step: number;
  readonly heart_rate: Values;
  readonly spo2: Values;
}

export type StreamName = "heart_rate" | "spo2";

/** As a monitor shows them: whole numbers. */
const whole = (values: Values): Values => values.map((value) => (value === null ? null : Math.round(value)));

export function streamsOf(columns: StepColumns): Streams {
  return { from: millis(columns.effective_at[0]), step: columns.step_s * 1000, heart_rate: whole(columns.heart_rate.mean), spo2: whole(columns.spo2.mean) };
}

export const lengthOf = (streams: Streams): number => streams.heart_rate.length;

/** The streams with everything from the beginning of `tail` on replaced by it. */
export function withTail(streams: Streams, tail: Streams): Streams {
  if (lengthOf(tail) === 0) return streams;
  if (lengthOf(streams) === 0 || tail.step !== streams.step || tail.from <= streams.from) return tail;
  const start = Math.round((tail.from - streams.from) / streams.step);
  const joined = (name: StreamName): Values => {
    const kept = streams[name].slice(0, start);
    return [...kept, ...Array<null>(start - kept.length).fill(null), ...tail[name]];
  };
  return { ...streams, heart_rate: joined("heart_rate"), spo2: joined("spo2") };
}

/** The streams with one value heard live; the newest of a step stands until the record says its mean. */
export function withValue(streams: Streams, name: StreamName, at: number, value: number): Streams {
  const { step } = streams;
  const from = lengthOf(streams) === 0 ? Math.floor(at / step) * step : streams.from;
  const place = Math.floor((at - from) / step);
  if (!(place >= 0) || streams[name][place] === value) return streams;
  const length = Math.max(lengthOf(streams), place + 1);
  const filled = (values: Values): (number | null)[] => [...values, ...Array<null>(length - values.length).fill(null)];
  const changed = { ...streams, from, heart_rate: filled(streams.heart_rate), spo2: filled(streams.spo2) };
  changed[name][place] = value;
  return changed;
}

/** Values further apart than this are not joined, ms. */
const APART_MS = 30_000;
const RHYTHMS = 3;

/** How far apart two values may be and still be one line: thirty seconds, or three times the stream's own rhythm. */
export function reach(values: Values, step: number): number {
  const places = values.flatMap((value, place) => (value === null ? [] : [place]));
  const apart = places.slice(1).map((place, n) => place - (places[n] ?? 0));
  const middle = apart.sort((a, b) => a - b)[Math.floor((apart.length - 1) / 2)] ?? 1;
  return Math.max(APART_MS, RHYTHMS * middle * step);
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Where nothing was measured for longer than the stream's reach: between values, and from the last one until `until`. */
export function gapsOf(streams: Streams, name: StreamName, until: number): readonly Gap[] {
  const { from, step } = streams;
  const values = streams[name];
  const most = reach(values, step);
  const gaps: Gap[] = [];
  let last: number | null = null;
  values.forEach((value, place) => {
    if (value === null) return;
    const at = from + place * step;
    if (last !== null && at - last > most) gaps.push({ from: last + step, to: at });
    last = at;
  });
  if (last !== null && until - last > most) gaps.push({ from: last + step, to: until });
  return gaps;
}

/** For drawing: undefined within reach of the next value (the line goes on), null in a gap (it ends). */
export function drawn(values: Values, step: number): readonly (number | null | undefined)[] {
  const most = reach(values, step);
  const out: (number | null | undefined)[] = [...values];
  let last = -1;
  values.forEach((value, place) => {
    if (value === null) return;
    if (last >= 0 && (place - last) * step <= most) out.fill(undefined, last + 1, place);
    last = place;
  });
  return out;
}
