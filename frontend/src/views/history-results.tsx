/** Sessions that were found: a line each with its peaks, rise, alerts and a small curve; more of them on demand. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { request } from "../api/http.ts";
import { HEIGHT } from "../core/axis.ts";
import { asked, requestOf, type Search } from "../core/search.ts";
import { SMALL_WIDTH, pressureLine, rateLine, smallX } from "../core/small-trend.ts";
import { millis } from "../core/time.ts";
import { go, recordPath } from "../route.ts";
import type { ProtocolItem, SessionItem, SessionPage, SmallTrend } from "../wire/history.ts";
import type { Priority } from "../wire/types.ts";
import { H, countWords, dateWords, foundWords, hadWord, minuteWords, minutes, endedWords, peakWords, percentWords, riseWords, zonedTime } from "../words.ts";
import { Glyph } from "./glyph.tsx";
import { ReadingState } from "./reading.tsx";

const A_PAGE = 50;
const ORDER: readonly Priority[] = ["high", "medium", "low"];

export function SmallTrendChart({ trend }: { trend: SmallTrend }) {
  return (
    <svg class="small-trend" viewBox={`0 0 ${SMALL_WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" data-test="small-trend">
      <path class="small-dose" d={`M${smallX(0)} 0V${HEIGHT}`} />
      <path class="small-hr" d={rateLine(trend)} />
      <path class="small-bp" d={pressureLine(trend)} />
    </svg>
  );
}

/** Only what there was: three zeros would say more than they know. */
function AlertCounts({ alerts }: { alerts: Readonly<Record<Priority, number>> }) {
  const some = ORDER.filter((priority) => alerts[priority] > 0);
  if (some.length === 0) return <span class="none">–</span>;
  return (
    <span class="counts">
      {some.map((priority) => (
        <span key={priority} class={`count ${priority}`} data-priority={priority}>
          <Glyph alert={{ kind: "physiological", priority }} />
          <span aria-hidden="true">{alerts[priority]}</span>
          <span class="sr">{countWords(alerts[priority], hadWord(priority).toLowerCase())}</span>
        </span>
      ))}
    </span>
  );
}

/** When it was: check-in, before that the planned time. */
const listedAt = (item: SessionItem): number => millis(item.checked_in_at ?? item.scheduled_at ?? item.created_at);

function Row({ item, title, trends }: { item: SessionItem; title: string; trends: boolean }) {
  const { summary, patient } = item;
  const at = listedAt(item);
  return (
    <tr data-session={item.id} data-test="session-row">
      <td data-label={H.when}>
        <time dateTime={new Date(at).toISOString()}>
          {dateWords(at)} <small>{zonedTime(at)}</small>
        </time>
      </td>
      <th scope="row" data-label={H.patient}>
        <a class="row-link" href={recordPath(item.id)} data-test="open-record" onClick={(event) => go(event, recordPath(item.id))}>
          {patient.name}
        </a>{" "}
        <small>{patient.mrn}</small>
      </th>
      <td data-label={H.place}>
        {item.chair?.label ?? "–"} <small>{title}</small>
      </td>
      {trends ? <td data-label={H.trend}>{item.trend === null || item.trend === undefined ? <span class="none">–</span> : <SmallTrendChart trend={item.trend} />}</td> : null}
      <td data-label={H.peak} class="num">
        {peakWords(summary)} <small>{summary.peak_systolic_min === null ? "" : minuteWords(summary.peak_systolic_min)}</small>
      </td>
      <td data-label={H.rise} class="num">
        {riseWords(summary)}
      </td>
      <td data-label={H.alerts}>
        <AlertCounts alerts={summary.alerts} />
      </td>
      <td data-label={H.dosing} class="num">
        {minutes(item.dosing_at === null ? null : summary.minutes_in_dosing)}
      </td>
      <td data-label={H.coverage} class="num">
        {percentWords(summary.coverage_pct)}
      </td>
      <td data-label={H.outcome}>{endedWords(item.phase, item.outcome)}</td>
    </tr>
  );
}

interface Found {
  readonly items: readonly SessionItem[];
  readonly cursor: string | null;
}

/** Pages are added to each other; a page that fails leaves what was found. */
function useFound(search: Search) {
  const [found, setFound] = useState<Found | null>(null);
  const [failed, setFailed] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const read = async (after: Found | null, current: () => boolean): Promise<void> => {
    setBusy(true);
    setFailed(null);
    const answer = await request<SessionPage>("GET", requestOf(search, A_PAGE, after?.cursor ?? null));
    if (!current()) return;
    setBusy(false);
    if (answer.ok) setFound({ items: [...(after?.items ?? []), ...answer.body.items], cursor: answer.body.next_cursor });
    else setFailed(answer.status);
  };
  useEffect(() => {
    let here = true;
    void read(null, () => here);
    return () => {
      here = false;
    };
  }, []);
  return { body: found, failed, busy, again: () => void read(found, () => true), more: () => void read(found, () => true) };
}

interface ResultsParts {
  readonly search: Search;
  readonly protocols: readonly ProtocolItem[];
  readonly chips: ComponentChildren;
  readonly ofPatient: ((name: string) => void) | undefined;
}

export function Results({ search, protocols, chips, ofPatient }: ResultsParts) {
  const reading = useFound(search);
  const { body, busy, more } = reading;
  const items = body?.items ?? [];
  const name = items[0]?.patient.name;
  useEffect(() => {
    if (name !== undefined) ofPatient?.(name);
  }, [name]);
  const trends = items.some((item) => item.trend !== undefined);
  const filtered = asked(search).length > 0;
  const empty = body !== null && items.length === 0;
  return (
    <section class="card" aria-labelledby="found" aria-busy={busy}>
      <h2 id="found">
        {H.found} <span class="found" data-test="found-count">{body === null ? "" : foundWords(items.length, body.cursor !== null)}</span>
      </h2>
      {empty ? <p data-test="no-match">{filtered ? H.noMatch : H.none}</p> : null}
      {chips}
      {items.length === 0 ? null : <Table items={items} protocols={protocols} trends={trends} />}
      {empty ? null : <ReadingState of={reading} />}
      {body === null || body.cursor === null ? null : (
        <div class="form-end">
          <button type="button" class="btn" data-test="more" disabled={busy} onClick={more}>
            {busy ? H.reading : H.more}
          </button>
        </div>
      )}
    </section>
  );
}

function Table({ items, protocols, trends }: { items: readonly SessionItem[]; protocols: readonly ProtocolItem[]; trends: boolean }) {
  const heads = [H.when, H.patient, H.place, ...(trends ? [H.trend] : []), H.peak, H.rise, H.alerts, H.dosing, H.coverage, H.outcome];
  const titles = new Map(protocols.map(({ code, title }) => [code, title]));
  return (
    <table class="table found-table" data-test="found">
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col" title={head === H.coverage ? H.coverageLong : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.id} item={item} title={titles.get(item.protocol.code) ?? item.protocol.code} trends={trends} />
        ))}
      </tbody>
    </table>
  );
}
