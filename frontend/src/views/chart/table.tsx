/** The chart's data as tables: every single reading, and the curves every five minutes. */

import { highestOf, type Bar, type ChartModel } from "../../core/chart/model.ts";
import type { Cuff } from "../../core/chart/readings.ts";
import { hhmm } from "../../core/time.ts";
import { CHART, axisMinute, number, sourceWord } from "../../words.ts";

const MINUTE_MS = 60_000;
const EVERY_MS = 5 * MINUTE_MS;

const said = (value: number | null): string => (value === null ? CHART.gone : number(value));
const minute = (model: ChartModel, at: number): string => (model.span.zero === null ? "" : axisMinute(Math.round((at - model.span.zero) / MINUTE_MS)));

function notes(cuff: Cuff, bar: Bar | undefined): string {
  const beyond = bar === undefined ? null : highestOf(bar.parts);
  return [cuff.voided ? CHART.voided : "", cuff.late ? CHART.late : "", cuff.suspect ? CHART.suspect : "", beyond === null ? "" : CHART.beyond(beyond)].filter(Boolean).join(", ");
}

function CuffRow({ model, cuff, bar }: { model: ChartModel; cuff: Cuff; bar: Bar | undefined }) {
  return (
    <tr class={cuff.voided ? "struck" : undefined} data-test="reading-row" data-voided={cuff.voided}>
      <td>{hhmm(cuff.at)}</td>
      <td>{minute(model, cuff.at)}</td>
      <td>
        <b>
          {said(cuff.systolic)}/{said(cuff.diastolic)}
        </b>
      </td>
      <td>{said(cuff.mean)}</td>
      <td>{said(cuff.heart_rate)}</td>
      <td>{sourceWord(cuff.source)}</td>
      <td>{notes(cuff, bar)}</td>
    </tr>
  );
}

const inSpan = ({ span }: ChartModel, at: number): boolean => at >= span.from && at <= span.to;

function CuffTable({ model, cuffs }: { model: ChartModel; cuffs: readonly Cuff[] }) {
  return (
    <table class="table" data-test="readings-table">
      <caption>{CHART.readings}</caption>
      <thead>
        <tr>
          {[CHART.time, CHART.minute, CHART.bp, CHART.map, CHART.hr, CHART.source, CHART.notes].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {cuffs
          .filter(({ at }) => inSpan(model, at))
          .map((cuff) => (
            <CuffRow key={cuff.key} model={model} cuff={cuff} bar={model.bars.find(({ key }) => key === cuff.key)} />
          ))}
      </tbody>
    </table>
  );
}

/** The values of the curves at whole five minutes: each the mean of its step, a gap a gap. */
function steps({ streams, span }: ChartModel): readonly { readonly at: number; readonly rate: number | null; readonly oxygen: number | null }[] {
  const { from, step, heart_rate: rates } = streams;
  const zero = span.zero ?? 0;
  const every = Math.max(1, Math.round(EVERY_MS / step));
  const first = Math.ceil((from - zero) / EVERY_MS) * EVERY_MS + zero;
  const start = Math.round((first - from) / step);
  return rates.flatMap((rate, place) => ((place - start) % every === 0 && place >= start ? [{ at: from + place * step, rate, oxygen: streams.spo2[place] ?? null }] : [])).filter(({ at }) => at >= span.from && at <= span.to);
}

function StreamTable({ model }: { model: ChartModel }) {
  return (
    <table class="table" data-test="streams-table">
      <caption>{CHART.streams}</caption>
      <thead>
        <tr>
          {[CHART.time, CHART.minute, CHART.hr, CHART.spo2Short].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {steps(model).map(({ at, rate, oxygen }) => (
          <tr key={at}>
            <td>{hhmm(at)}</td>
            <td>{minute(model, at)}</td>
            <td>{said(rate)}</td>
            <td>{said(oxygen)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `shown`: instead of the chart; on paper it stands below the chart. */
export function ReadingsTable({ model, cuffs, shown }: { model: ChartModel; cuffs: readonly Cuff[]; shown: boolean }) {
  return (
    <div class={`readings ${shown ? "" : "print-only"}`} tabIndex={shown ? 0 : undefined} role={shown ? "region" : undefined} aria-label={shown ? CHART.readings : undefined} data-test="readings">
      {cuffs.length === 0 ? <p class="none">{CHART.noReadings}</p> : <CuffTable model={model} cuffs={cuffs} />}
      <StreamTable model={model} />
    </div>
  );
}
