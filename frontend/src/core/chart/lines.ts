/** Which limits stand as lines in the chart, and which part of a cuff bar lies beyond them. */

import type { Limit, LockedBaseline } from "../../wire/detail.ts";
import type { Phase, Priority } from "../../wire/types.ts";

export type Lined = "systolic" | "diastolic" | "spo2";

export interface Line {
  readonly code: string;
  readonly measure: Lined;
  readonly value: number;
  /** Beyond is above the line; else below it. */
  readonly above: boolean;
  readonly priority: Priority;
  /** It counts from the patient's own baseline. */
  readonly relative: boolean;
}

const LINED: ReadonlySet<string> = new Set(["systolic", "diastolic", "spo2"]);
const RANK: Record<Priority, number> = { low: 1, medium: 2, high: 3 };
const isLined = (metric: string): metric is Lined => LINED.has(metric);

/** The limit as a plain number, or null: a rate is no line, and without a baseline what counts from it is silent. */
function numberOf({ kind, value, metric }: Limit, baseline: LockedBaseline | null): number | null {
  if (kind === "above" || kind === "below") return value;
  const base = isLined(metric) ? (baseline?.[metric] ?? null) : null;
  if (base === null) return null;
  if (kind === "rise") return base + value;
  if (kind === "fall") return base - value;
  if (kind === "rise_pct") return base * (1 + value / 100);
  return kind === "fall_pct" ? base * (1 - value / 100) : null;
}

/** The value in force at a time: limits of a session's own count from when they were set. */
function at(limit: Limit, time: number, parse: (text: string) => number): Limit {
  const row = limit.history.filter((change) => parse(change.from) <= time).at(-1);
  return row === undefined ? limit : { ...limit, value: row.value };
}

/** Limits of a phase as lines; of one measure, direction and priority the one that is met first. */
export function linesOf(limits: readonly Limit[], baseline: LockedBaseline | null, phase: Phase, time: number, parse: (text: string) => number): readonly Line[] {
  const found = new Map<string, Line>();
  for (const given of limits) {
    const limit = at(given, time, parse);
    const { metric, code, kind, priority } = limit;
    const value = limit.needs_symptom || !limit.when.includes(phase) || !isLined(metric) ? null : numberOf(limit, baseline);
    if (value === null || !isLined(metric)) continue;
    const above = kind === "above" || kind === "rise" || kind === "rise_pct";
    const line: Line = { code, measure: metric, value: Math.round(value), above, priority, relative: kind !== "above" && kind !== "below" };
    const key = `${metric} ${above} ${priority}`;
    const other = found.get(key);
    if (other === undefined || (above ? value < other.value : value > other.value)) found.set(key, line);
  }
  return reached([...found.values()]);
}

/** A line behind a higher one of its measure and direction is never met alone: it is left out. */
function reached(lines: readonly Line[]): readonly Line[] {
  const hides = (a: Line, b: Line): boolean => a.measure === b.measure && a.above === b.above && RANK[a.priority] > RANK[b.priority] && (a.above ? a.value <= b.value : a.value >= b.value);
  return lines.filter((line) => !lines.some((other) => hides(other, line)));
}

export interface Part {
  readonly low: number;
  readonly high: number;
  readonly priority: Priority | null;
}

/** What is beyond by less than this is drawn this long, so that it is seen, mmHg. */
const SHORTEST = 4;

interface Ends {
  readonly systolic: number;
  readonly diastolic: number;
}

/** The stretches of a bar that are beyond a line, before they are laid over each other. */
function beyond(lines: readonly Line[], { systolic, diastolic }: Ends): readonly (Part & { readonly priority: Priority })[] {
  return lines.flatMap((line) => {
    const value = line.measure === "systolic" ? systolic : diastolic;
    if (line.measure === "spo2" || (line.above ? value < line.value : value > line.value)) return [];
    const reach = Math.max(SHORTEST, Math.abs(value - line.value));
    const part = line.measure === "systolic" ? { low: Math.max(diastolic, systolic - reach), high: systolic } : { low: diastolic, high: Math.min(systolic, diastolic + reach) };
    return [{ ...part, priority: line.priority }];
  });
}

/** The bar from its lower to its upper end in parts; each has the highest priority that it is beyond, or none. */
export function partsOf(lines: readonly Line[], bar: Ends): readonly Part[] {
  const hit = beyond(lines, bar);
  const cuts = [...new Set([bar.diastolic, bar.systolic, ...hit.flatMap(({ low, high }) => [low, high])])].sort((a, b) => a - b);
  const parts: Part[] = [];
  cuts.slice(1).forEach((high, n) => {
    const low = cuts[n] ?? high;
    const over = hit.filter((part) => part.low <= low && part.high >= high).sort((a, b) => RANK[b.priority] - RANK[a.priority])[0];
    const priority = over?.priority ?? null;
    const last = parts.at(-1);
    if (last !== undefined && last.priority === priority) parts[parts.length - 1] = { ...last, high };
    else parts.push({ low, high, priority });
  });
  return parts.length === 0 ? [{ low: bar.diastolic, high: bar.systolic, priority: null }] : parts;
}
