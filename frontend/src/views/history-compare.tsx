/** A patient's sessions laid over each other by minutes after the dose: the newest strong, the earlier ones faint. */

import { useState } from "preact/hooks";
import { METRICS, bandPath, beyondUsual, curve, frameOf, peakOf, placeIn, pointsOf, usual, type CompareMetric, type Frame, type UsualAt } from "../core/compare.ts";
import { millis } from "../core/time.ts";
import { go, recordPath } from "../route.ts";
import type { RecordPatient } from "../wire/detail.ts";
import type { ByMinute, SessionsByMinute } from "../wire/history.ts";
import { C, H, beyondWords, compareMetric, compareUnit, dateWords, minuteWords, number, rangeWords, usualOf, zonedTime } from "../words.ts";
import { ReadingState, useReading } from "./reading.tsx";

const WIDTH = 900;
const HEIGHT = 320;
const SMALL_HEIGHT = 110;

function ticksOf({ from, to }: Frame): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / 20) + 2 }, (_, n) => Math.ceil(from / 20) * 20 + n * 20).filter((minute) => minute <= to);
}

function levelsOf({ low, high }: Frame): readonly number[] {
  return Array.from({ length: (high - low) / 20 + 1 }, (_, n) => low + n * 20);
}

interface Drawn {
  readonly sessions: readonly ByMinute[];
  readonly earlier: readonly UsualAt[];
  readonly metric: CompareMetric;
  readonly frame: Frame;
}

function Overlay({ sessions, earlier, metric, frame }: Drawn) {
  const place = placeIn(frame, WIDTH, HEIGHT);
  const [newest, ...rest] = sessions;
  return (
    <div class="compare-chart" data-test="compare-chart">
      <div class="compare-plot">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={C.chart(compareMetric(metric), sessions.length)}>
          {levelsOf(frame).map((value) => (
            <path key={value} class="grid" d={`M0 ${place.y(value).toFixed(1)}H${WIDTH}`} />
          ))}
          <path class="small-dose" d={`M${place.x(0).toFixed(1)} 0V${HEIGHT}`} />
          <path class="usual-band" data-test="usual-band" d={bandPath(earlier, place)} />
          {rest.map((session) => (
            <path key={session.session_id} class="earlier" data-test="earlier-line" d={curve(pointsOf(session, metric), place)} />
          ))}
          <path class="usual-median" d={curve(earlier.map(({ minute, median }) => ({ minute, value: median })), place)} />
          {newest === undefined ? null : <path class="newest" data-test="newest-line" d={curve(pointsOf(newest, metric), place)} />}
        </svg>
        {levelsOf(frame).map((value) => (
          <span key={value} class="level" aria-hidden="true" style={{ top: `${(100 * place.y(value)) / HEIGHT}%` }}>
            {value}
          </span>
        ))}
        {ticksOf(frame).map((minute) => (
          <span key={minute} class="minute" aria-hidden="true" style={{ left: `${(100 * place.x(minute)) / WIDTH}%` }}>
            {minute === 0 ? C.dose : minute}
          </span>
        ))}
      </div>
      <ul class="legend">
        <li class="is-newest">{C.newest}</li>
        {rest.length === 0 ? null : <li class="is-earlier">{C.earlier(rest.length)}</li>}
        {rest.length === 0 ? null : <li class="is-median">{C.median}</li>}
        {rest.length < 2 ? null : <li class="is-band">{C.range}</li>}
      </ul>
    </div>
  );
}

const dosedAt = (session: ByMinute): number => millis(session.dosed_at);
const codeOf = ({ protocol }: ByMinute): string => (typeof protocol === "string" ? protocol : protocol.code);

/** Each by itself on the same axes, with what was usual before it, and its numbers. */
function Multiples({ sessions, metric, frame, titles }: Omit<Drawn, "earlier"> & { titles: ReadonlyMap<string, string> }) {
  const place = placeIn(frame, WIDTH, SMALL_HEIGHT);
  return (
    <ol class="multiples" data-test="multiples">
      {sessions.map((session, index) => {
        const before = usual(sessions.slice(index + 1), metric);
        const top = peakOf(session, metric);
        const beyond = beyondUsual(session, before, metric);
        return (
          <li key={session.session_id} class="card" data-session={session.session_id}>
            <h3>
              <a class="row-link" href={recordPath(session.session_id)} onClick={(event) => go(event, recordPath(session.session_id))}>
                {dateWords(dosedAt(session))}
              </a>{" "}
              <small>
                {zonedTime(dosedAt(session))} · {titles.get(codeOf(session)) ?? codeOf(session)}
              </small>
            </h3>
            <svg viewBox={`0 0 ${WIDTH} ${SMALL_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
              <path class="small-dose" d={`M${place.x(0).toFixed(1)} 0V${SMALL_HEIGHT}`} />
              <path class="usual-band" d={bandPath(before, place)} />
              <path class="usual-median" d={curve(before.map(({ minute, median }) => ({ minute, value: median })), place)} />
              <path class="newest" d={curve(pointsOf(session, metric), place)} />
            </svg>
            <p>
              {top === null ? C.nothing : `${C.peak} ${number(top.value)} ${minuteWords(top.minute)}`}
              {beyond === null ? null : <small> {beyondWords(beyond.by, beyond.minute)}</small>}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

function Values({ sessions, earlier, metric, frame }: Drawn) {
  const minutes = [...new Set(sessions.flatMap((session) => session.minutes))].sort((a, b) => a - b);
  const at = new Map(earlier.map((point) => [point.minute, point]));
  const value = (session: ByMinute, minute: number): string => {
    const found = session[metric][session.minutes.indexOf(minute)] ?? null;
    return found === null ? "–" : number(found);
  };
  return (
    <details class="values">
      <summary>{C.table}</summary>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={C.table}>
        <table class="table" data-test="compare-table" data-from={frame.from}>
          <thead>
            <tr>
              <th scope="col">{C.minute}</th>
              {sessions.map((session) => (
                <th key={session.session_id} scope="col">
                  {dateWords(dosedAt(session))}
                </th>
              ))}
              <th scope="col">{C.usualHead}</th>
            </tr>
          </thead>
          <tbody>
            {minutes.map((minute) => (
              <tr key={minute}>
                <th scope="row">{minuteWords(minute)}</th>
                {sessions.map((session) => (
                  <td key={session.session_id}>{value(session, minute)}</td>
                ))}
                <td>{rangeWords(at.get(minute) ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Compared({ sessions, titles }: { sessions: readonly ByMinute[]; titles: ReadonlyMap<string, string> }) {
  const [metric, setMetric] = useState<CompareMetric>("systolic");
  if (sessions.length === 0) return <p class="none">{C.none}</p>;
  const frame = frameOf(sessions, metric);
  const earlier = usual(sessions.slice(1), metric);
  const beyond = sessions[0] === undefined ? null : beyondUsual(sessions[0], earlier, metric);
  return (
    <>
      <section class="card" aria-labelledby="overlaid">
        <h2 id="overlaid">
          {compareMetric(metric)} <small>{compareUnit(metric)}</small>
        </h2>
        <div class="chips no-print" role="group" aria-label={C.what}>
          {METRICS.map((name) => (
            <button key={name} type="button" class="btn" data-test={`metric-${name}`} aria-pressed={name === metric} onClick={() => setMetric(name)}>
              {compareMetric(name)}
            </button>
          ))}
        </div>
        <Overlay sessions={sessions} earlier={earlier} metric={metric} frame={frame} />
        <p data-test="against-usual">{beyond === null ? C.noUsual : usualOf(beyond.by, beyond.minute, sessions.length - 1)}</p>
        <Values sessions={sessions} earlier={earlier} metric={metric} frame={frame} />
      </section>
      <Multiples sessions={sessions} metric={metric} frame={frame} titles={titles} />
    </>
  );
}

export function ComparePage({ query }: { query: string }) {
  const id = new URLSearchParams(query).get("patient") ?? "";
  const reading = useReading<SessionsByMinute>(id === "" ? null : `patients/${encodeURIComponent(id)}/sessions-by-minute`);
  const patient = useReading<RecordPatient>(id === "" ? null : `patients/${encodeURIComponent(id)}`).body;
  const protocols = useReading<{ code: string; title: string }[]>("protocols").body ?? [];
  const all = `history?patient=${id}`;
  return (
    <main class="sheet history compare" data-test="history-page" data-page="compare">
      <div class="page-head">
        <h1>
          {C.title} <span data-test="compare-patient">{patient?.name ?? ""}</span> <small>{patient?.mrn ?? ""}</small>
        </h1>
        <span class="form-end no-print">
          <a class="btn to-page" href={all} data-test="back" onClick={(event) => go(event, all)}>
            {H.toHistory}
          </a>
          <button type="button" class="btn" data-test="print" onClick={() => window.print()}>
            {H.print}
          </button>
        </span>
      </div>
      {id === "" ? <p class="none">{C.nobody}</p> : <ReadingState of={reading}>{reading.body === null ? null : <Compared sessions={reading.body.sessions} titles={new Map(protocols.map(({ code, title }) => [code, title]))} />}</ReadingState>}
    </main>
  );
}
