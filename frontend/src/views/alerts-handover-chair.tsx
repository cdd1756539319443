/** One chair of the hand-over list: who, phase and minutes, baseline, last values, open alerts, given, due, notes. */

import type { ComponentChildren } from "preact";
import { acknowledged } from "../core/alerts.ts";
import { elapsed } from "../core/elapsed.ts";
import { ageAt, given, told, type EventEntry } from "../core/handover.ts";
import { hhmm, millis } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import { go, sessionPath } from "../route.ts";
import type { Alert, Baseline, Measured, Session } from "../wire/types.ts";
import { A, W, acknowledgedWords, ageWords, alertWords, dueOnPaper, marks, measuredWords, metricLabel, moreDue, number, nurseOnPaper, patientWords, phaseMinutes, priorityWord, timelineWords } from "../words.ts";
import type { Beside } from "./alerts-handover.tsx";
import { useScreen } from "./context.ts";
import { isEarlier } from "./tile.tsx";

const DUE_SHOWN = 3;

function Part({ title, children, name }: { title: string; name: string; children: ComponentChildren }) {
  return (
    <div class="part" data-part={name}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Who({ tile, session, beside }: { tile: Tile; session: Session; beside: Beside | null }) {
  const { now } = useScreen();
  const patient = beside?.detail?.patient ?? null;
  const age = patient === null ? null : ageAt(patient.birth_date, now.value);
  return (
    <header>
      <h2>
        {tile.chair.label}{" "}
        <a class="row-link" href={sessionPath(session.id)} onClick={(event) => go(event, sessionPath(session.id))}>
          {patient?.name ?? patientWords(session)}
        </a>
      </h2>
      <span>{patient === null ? "" : ageWords(age, patient.sex, patient.mrn)}</span>
      <b class="phase-said">{phaseMinutes(session.phase, elapsed(session, now.value), session.dosing?.planned_min ?? null)}</b>
    </header>
  );
}

function baselineWords(baseline: Baseline | null): string {
  if (baseline === null || typeof baseline.systolic !== "number" || typeof baseline.diastolic !== "number") return A.noBaseline;
  const rest = [typeof baseline.heart_rate === "number" ? `HR ${number(baseline.heart_rate)}` : "", typeof baseline.spo2 === "number" ? `SpO₂ ${number(baseline.spo2)} %` : ""];
  return [`${number(baseline.systolic)}/${number(baseline.diastolic)}`, ...rest].filter(Boolean).join(" · ");
}

/** Each value with its own time: on paper nothing else says how old it is. */
function lastWords({ vitals }: Tile): readonly string[] {
  const value = (found: Measured<number> | undefined, key: "heart_rate" | "spo2" | "respiratory_rate" | "temperature"): string =>
    found === undefined ? "" : measuredWords(metricLabel(key, found.source), number(found.value), millis(found.effective_at));
  const pressure = vitals.blood_pressure;
  const shown = pressure === undefined ? "" : `${pressure.value.systolic ?? "–"}/${pressure.value.diastolic ?? "–"}`;
  return [
    pressure === undefined ? "" : measuredWords(metricLabel("blood_pressure", pressure.source), shown, millis(pressure.effective_at)),
    value(vitals.heart_rate, "heart_rate"),
    value(vitals.spo2, "spo2"),
    value(vitals.respiratory_rate, "respiratory_rate"),
    value(vitals.temperature, "temperature"),
  ].filter(Boolean);
}

function OpenAlert({ alert }: { alert: Alert }) {
  const state = acknowledged(alert) ? acknowledgedWords(alert, null) : alert.state === "returned" ? W.returned : A.notTakenYet;
  return (
    <li data-priority={alert.priority}>
      <b>
        <span aria-hidden="true">{marks(alert)} </span>
        <span class="sr">{priorityWord(alert.priority)} </span>
        {alertWords(alert)}
      </b>{" "}
      {hhmm(millis(alert.opened_at))}, {state}
    </li>
  );
}

function Entries({ entries, empty }: { entries: readonly EventEntry[] | null; empty: string }) {
  if (entries === null) return <i class="none">{A.eventsNotRead}</i>;
  if (entries.length === 0) return <>{empty}</>;
  return (
    <ul>
      {entries.map((entry, index) => {
        const { title, detail } = timelineWords({ ...entry, type: "event" });
        const words = entry.kind === "note" ? (entry.text ?? detail) : entry.kind === "dose" || entry.kind === "medication" ? detail : `${title}: ${detail}`;
        return (
          <li key={index} data-kind={entry.kind}>
            {hhmm(millis(entry.at))} {words}
          </li>
        );
      })}
    </ul>
  );
}

export function HandOverChair({ tile, beside }: { tile: Tile; beside: Beside | null }) {
  const { now, store } = useScreen();
  const session = tile.session;
  const system = store.system.value;
  if (session === null) return null;
  const alerts = tile.alerts.filter((alert) => !isEarlier(alert, session));
  const last = lastWords(tile);
  const events = beside === null ? [] : beside.events;
  const due = tile.due.filter(({ state }) => state !== "missed");
  const dueWords = [...due.slice(0, DUE_SHOWN).map((item) => dueOnPaper(item, now.value)), ...(due.length > DUE_SHOWN ? [moreDue(due.length - DUE_SHOWN)] : [])];
  return (
    <section class="card handover-chair" data-test="handover-chair" data-chair={tile.chair.label}>
      <Who tile={tile} session={session} beside={beside} />
      <dl class="parts">
        <Part title={A.nurse} name="nurse">
          {nurseOnPaper(system?.assignments?.[tile.chair.id] ?? null, system?.shift_used === true)}
        </Part>
        <Part title={A.baseline} name="baseline">
          {baselineWords(session.baseline)}
        </Part>
        <Part title={A.last} name="last">
          {last.length === 0
            ? A.noValues
            : last.map((words, index) => (
                <>
                  {index === 0 ? "" : " · "}
                  <span class="whole">{words}</span>
                </>
              ))}
        </Part>
        <Part title={A.openAlerts} name="alerts">
          {alerts.length === 0 ? (
            A.noAlerts
          ) : (
            <ul>
              {alerts.map((alert) => (
                <OpenAlert key={alert.id} alert={alert} />
              ))}
            </ul>
          )}
        </Part>
        <Part title={A.given} name="given">
          {beside === null ? A.readingCharts : <Entries entries={events === null ? null : given(events)} empty={A.nothingGiven} />}
        </Part>
        <Part title={A.due} name="due">
          {due.length === 0 ? A.nothingDue : dueWords.join(" · ")}
        </Part>
        <Part title={A.notes} name="notes">
          {beside === null ? A.readingCharts : <Entries entries={events === null ? null : told(events)} empty={A.noNotes} />}
        </Part>
      </dl>
      <p class="for-writing" aria-hidden="true">
        {A.forWriting}
      </p>
    </section>
  );
}
