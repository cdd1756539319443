/** Reads one session's record, and reads again what has changed: never more than one round a second, a late answer never over a newer one. */

import { signal, type Signal } from "@preact/signals";
import { cuffsOf, lengthOf, streamsOf, withTail, withValue, type Cuff, type StreamName, type Streams } from "../core/chart/readings.ts";
import type { SessionRecord } from "../core/record.ts";
import type { CuffColumns, StepColumns } from "../wire/columns.ts";
import type { RecordAlert, RecordEvent, SessionDetail } from "../wire/detail.ts";
import type { TimelineEntry } from "../wire/types.ts";
import type { Answer } from "./http.ts";

export type Part = "detail" | "timeline" | "events" | "alerts" | "cuffs" | "streams";
export const PARTS: readonly Part[] = ["detail", "timeline", "events", "alerts", "cuffs", "streams"];

export type Get = (path: string) => Promise<Answer<unknown>>;
/** Runs something later; answers how to call it off. */
export type Later = (run: () => void, ms: number) => () => void;

/** `refused`: this login may not read it. `old`: something could not be read again, and what is shown may be out of date or lacking. */
export type Reading = "loading" | "whole" | "old" | "failed" | "missing" | "refused";

const ROUND_MS = 1_000;
const AGAIN_MS = 5_000;
const STEP_S = 10;

interface Known {
  detail?: SessionDetail;
  timeline?: readonly TimelineEntry[];
  events?: readonly RecordEvent[];
  alerts?: readonly RecordAlert[];
  cuffs?: readonly Cuff[];
  streams?: Streams;
}

const NOTHING: Omit<SessionRecord, "detail"> = { timeline: [], events: [], alerts: [], cuffs: [], streams: { from: Number.NaN, step: STEP_S * 1000, heart_rate: [], spo2: [] } };

export class SessionFeed {
  readonly record: Signal<SessionRecord | null> = signal(null);
  readonly reading: Signal<Reading> = signal("loading");
  private known: Known = {};
  private readonly due = new Set<Part>(PARTS);
  /** Heard before the curves were read. */
  private readonly early = new Map<StreamName, { readonly at: number; readonly value: number }>();
  private cancel: (() => void) | null = null;
  private busy = false;
  private ended = false;
  /** Every part has been asked for once: what could not be had is left out, and said. */
  private asked = false;

  constructor(
    private readonly id: string,
    private readonly get: Get,
    private readonly later: Later,
  ) {}

  start(): void {
    this.plan(0);
  }

  stop(): void {
    this.ended = true;
    this.cancel?.();
  }

  /** Something of this session is new: what is named is read again, with whatever else asks within the second. */
  changed(parts: readonly Part[] = PARTS): void {
    for (const part of parts) this.due.add(part);
    this.plan(ROUND_MS);
  }

  /** Somebody here has just written something. */
  now(): void {
    for (const part of PARTS) if (part !== "streams") this.due.add(part);
    this.cancel?.();
    this.cancel = null;
    this.plan(0);
  }

  /** A value heard live joins its curve without a question to the server. */
  heard(name: StreamName, at: number, value: number): void {
    const { streams } = this.known;
    if (Number.isNaN(at)) return;
    if (streams === undefined) {
      this.early.set(name, { at, value });
      return;
    }
    const next = withValue(streams, name, at, value);
    if (next !== streams) this.take({ streams: next });
  }

  private plan(ms: number): void {
    if (this.ended || this.busy || this.cancel !== null || this.due.size === 0) return;
    this.cancel = this.later(() => {
      this.cancel = null;
      void this.round();
    }, ms);
  }

  private async round(): Promise<void> {
    const asked = [...this.due];
    this.due.clear();
    this.busy = true;
    const answers = await Promise.all(asked.map((part) => this.get(this.path(part))));
    this.busy = false;
    if (this.ended) return;
    const failed = answers.find((answer) => !answer.ok);
    answers.forEach((answer, n) => {
      const part = asked[n];
      if (part === undefined) return;
      if (answer.ok) this.fold(part, answer.body);
      else this.due.add(part);
    });
    this.asked = true;
    this.publish(failed === undefined ? null : (answers[asked.indexOf("detail")] ?? failed).status);
    const away = answers.some(({ ok, status }) => !ok && (status === 0 || status >= 500));
    if (away) this.plan(AGAIN_MS);
    else if (failed === undefined) this.plan(ROUND_MS);
  }

  private path(part: Part): string {
    const session = `sessions/${encodeURIComponent(this.id)}`;
    if (part === "detail") return session;
    if (part === "cuffs") return `${session}/readings?cuff=true`;
    if (part !== "streams") return `${session}/${part}`;
    return `${session}/readings?step=${STEP_S}`;
  }

  private fold(part: Part, body: unknown): void {
    switch (part) {
      case "detail":
        this.known = { ...this.known, detail: body as SessionDetail };
        break;
      case "timeline":
        this.known = { ...this.known, timeline: body as TimelineEntry[] };
        break;
      case "events":
        this.known = { ...this.known, events: body as RecordEvent[] };
        break;
      case "alerts":
        this.known = { ...this.known, alerts: body as RecordAlert[] };
        break;
      case "cuffs":
        this.known = { ...this.known, cuffs: cuffsOf(body as CuffColumns) };
        break;
      case "streams":
        this.known = { ...this.known, streams: this.streams(streamsOf(body as StepColumns)) };
        for (const [name, { at, value }] of this.early) this.heard(name, at, value);
        this.early.clear();
        break;
    }
  }

  /** What was heard live since the answer was made stays at its end. */
  private streams(read: Streams): Streams {
    const { streams: heard } = this.known;
    if (heard === undefined || lengthOf(read) === 0 || heard.step !== read.step) return read;
    const from = read.from + lengthOf(read) * read.step;
    const skip = Math.round((from - heard.from) / heard.step);
    if (skip < 0 || skip >= lengthOf(heard)) return read;
    return withTail(read, { ...heard, from, heart_rate: heard.heart_rate.slice(skip), spo2: heard.spo2.slice(skip) });
  }

  private publish(failed: number | null): void {
    const shown = this.take({});
    if (failed === null) this.reading.value = "whole";
    else if (shown) this.reading.value = "old";
    else if (failed === 404) this.reading.value = "missing";
    else this.reading.value = failed === 401 || failed === 403 ? "refused" : "failed";
  }

  private take(more: Known): boolean {
    this.known = { ...this.known, ...more };
    const { detail } = this.known;
    if (detail === undefined || !this.asked) return false;
    this.record.value = { ...NOTHING, ...this.known, detail };
    return true;
  }
}
