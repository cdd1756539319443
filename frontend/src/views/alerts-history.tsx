/** The alerts of one day as they are recorded: filtered, counted per chair and hour, and how fast somebody came. */

import { useState } from "preact/hooks";
import { MOST_OF_A_DAY, asksNobody, dayAddress, dayRequest, response, responses, type DayAsked } from "../core/alert-day.ts";
import { dayStart, instant, isDay } from "../core/day.ts";
import { hhmm, millis } from "../core/time.ts";
import { go, recordPath, visit } from "../route.ts";
import type { SessionPage } from "../wire/history.ts";
import type { Alert } from "../wire/types.ts";
import { A, H, W, acknowledger, alertWords, dateWords, hadWord, kindWord, marks, priorityWord, spanWords, takeAway, takenAfter, worst, zoneWord } from "../words.ts";
import { Counts } from "./alerts-counts.tsx";
import { useScreen } from "./context.ts";
import { Choice, Field } from "./form.tsx";
import { Glyph } from "./glyph.tsx";
import { ReadingState, useReading } from "./reading.tsx";

const DAY_MS = 86_400_000;
const PRIORITIES = ["high", "medium", "low"] as const;
const KINDS = ["physiological", "technical"] as const;

function useChairs(): readonly { readonly id: string; readonly label: string }[] {
  const { store } = useScreen();
  return store.order.value.map((id) => ({ id, label: store.tile(id)?.peek().chair.label ?? id }));
}

function Filters({ asked, today }: { asked: DayAsked; today: string }) {
  const chairs = useChairs();
  const put = (change: Partial<DayAsked>): void => visit(dayAddress({ ...asked, ...change }, today), true);
  const all = (label: string, list: readonly { value: string; label: string }[]) => [{ value: "", label }, ...list];
  const set = [
    ["chair", chairs.find(({ id }) => id === asked.chair)?.label ?? asked.chair],
    ["priority", asked.priority === "" ? "" : `${hadWord(asked.priority)}`],
    ["kind", asked.kind === "" ? "" : kindWord(asked.kind)],
    ["day", asked.day === today ? "" : dateWords(dayStart(asked.day))],
  ] as const;
  return (
    <div class="form" role="group" aria-label={H.filters}>
      <div class="form-row">
        <Field label={A.day} name="day" type="date" value={asked.day} max={today} onInput={(event) => (isDay(event.currentTarget.value) ? put({ day: event.currentTarget.value }) : undefined)} />
        <Choice label={A.chair} name="chair" value={asked.chair} options={all(A.allChairs, chairs.map(({ id, label }) => ({ value: id, label })))} onChange={(event) => put({ chair: event.currentTarget.value })} />
        <Choice label={A.priority} name="priority" value={asked.priority} options={all(A.allPriorities, PRIORITIES.map((value) => ({ value, label: hadWord(value) })))} onChange={(event) => put({ priority: event.currentTarget.value as DayAsked["priority"] })} />
        <Choice label={A.kind} name="kind" value={asked.kind} options={all(A.allKinds, KINDS.map((value) => ({ value, label: kindWord(value) })))} onChange={(event) => put({ kind: event.currentTarget.value as DayAsked["kind"] })} />
      </div>
      <ul class="chips" aria-label={H.filters} data-test="filters">
        {set.map(([name, words]) =>
          words === "" ? null : (
            <li key={name}>
              <button type="button" class="btn chip-off" data-test={`chip-${name}`} aria-label={takeAway(words)} onClick={() => put({ [name]: name === "day" ? today : "" })}>
                {words} <span aria-hidden="true">×</span>
              </button>
            </li>
          ),
        )}
      </ul>
    </div>
  );
}

/** Whose sessions they were: by session, for alerts whose patient is not on the wall any more. */
function useNames(day: string): ReadonlyMap<string, string> {
  const [from, to] = [dayStart(day) - DAY_MS, dayStart(day, 1)];
  const { body } = useReading<SessionPage>(`sessions?${new URLSearchParams({ from: instant(from), to: instant(to), limit: "200" }).toString()}`);
  return new Map((body?.items ?? []).map((item) => [item.id, item.patient.name]));
}

function Line({ alert, chair, patient }: { alert: Alert; chair: string; patient: string }) {
  const span = response(alert);
  const opened = millis(alert.opened_at);
  const ended = millis(alert.ended_at);
  const path = alert.session_id === null ? null : recordPath(alert.session_id);
  return (
    <tr data-past-alert={alert.id} data-test="past-alert" data-priority={alert.priority} data-kind={alert.kind}>
      <td data-label={A.opened} class="num">
        {hhmm(opened)}
      </td>
      <td data-label={A.where}>{chair}</td>
      <td data-label={A.patient}>
        {path === null || patient === "" ? (
          patient || "–"
        ) : (
          <a class="row-link" href={path} onClick={(event) => go(event, path)}>
            {patient}
          </a>
        )}
      </td>
      <th scope="row" data-label={A.alert}>
        <span class={`past ${alert.priority}`}>
          <Glyph alert={alert} />
          <span>
            <span aria-hidden="true">{marks(alert)} </span>
            <span class="sr">{priorityWord(alert.priority)} </span>
            {alertWords(alert)}
            <small>
              {typeof alert.worst_value === "number" && alert.worst_value !== alert.value ? ` ${worst(alert.worst_value)}` : ""}
              {alert.late === true ? ` ${W.late}` : ""}
            </small>
          </span>
        </span>
      </th>
      <td data-label={A.response}>
        {span !== null ? takenAfter(acknowledger(alert, null), span) : asksNobody(alert) ? A.notConfirmed : A.notTaken}
        {alert.note === null || alert.note === undefined ? null : <small class="note"> “{alert.note}”</small>}
      </td>
      <td data-label={A.ended} class="num">
        {Number.isNaN(ended) ? (alert.state === "closed" ? "–" : A.lasts) : `${hhmm(ended)} (${spanWords(Math.max(0, ended - opened))})`}
      </td>
    </tr>
  );
}

export function AlertsOfDay({ asked, today }: { asked: DayAsked; today: string }) {
  const { store } = useScreen();
  const reading = useReading<Alert[]>(dayRequest(asked));
  const names = useNames(asked.day);
  const chairs = new Map(useChairs().map(({ id, label }) => [id, label]));
  const alerts = reading.body ?? [];
  const [all, setAll] = useState(false);
  const shown = all ? alerts : alerts.slice(0, 100);
  const chairOf = (id: string | null): string => (id === null ? A.clinic : (chairs.get(id) ?? "–"));
  const filtered = asked.chair !== "" || asked.priority !== "" || asked.kind !== "";
  const heads = [`${A.opened} (${zoneWord(dayStart(asked.day))})`, A.where, A.patient, A.alert, A.response, A.ended];
  const patientOf = (alert: Alert): string => {
    const now = alert.chair_id === null ? undefined : store.tile(alert.chair_id)?.peek().session;
    return (now !== undefined && now !== null && now.id === alert.session_id ? now.patient?.name : names.get(alert.session_id ?? "")) ?? "";
  };
  return (
    <section class="card" aria-labelledby="of-day" data-test="day" aria-busy={reading.busy}>
      <h2 id="of-day">
        {A.dayOf} <span class="found" data-test="day-count">{reading.body === null ? "" : alerts.length}</span>
        <button type="button" class="btn" data-test="refresh" disabled={reading.busy} onClick={reading.again}>
          {A.refresh}
        </button>
      </h2>
      <Filters asked={asked} today={today} />
      <ReadingState of={reading}>
        {alerts.length === MOST_OF_A_DAY ? <p role="status">{A.most}</p> : null}
        {alerts.length === 0 ? (
          <p class="none">{filtered ? A.noneOfFilters : A.noneOfDay}</p>
        ) : (
          <>
            <Counts alerts={alerts} responses={responses(alerts)} chairOf={chairOf} />
            <table class="table found-table" data-test="day-alerts">
              <thead>
                <tr>
                  {heads.map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((alert) => (
                  <Line key={alert.id} alert={alert} chair={chairOf(alert.chair_id)} patient={patientOf(alert)} />
                ))}
              </tbody>
            </table>
            {shown.length === alerts.length ? null : (
              <button type="button" class="btn" data-test="all" onClick={() => setAll(true)}>
                {A.showAll(alerts.length)}
              </button>
            )}
          </>
        )}
      </ReadingState>
    </section>
  );
}
