/** The sheet that goes with the patient in an emergency, on A4: who, what was given when, the last values, alerts, the log. */

import { render } from "preact";
import { request } from "../../api/http.ts";
import { hhmm, hhmmss, millis } from "../../core/time.ts";
import type { Tile } from "../../live/store.ts";
import type { RecordAlert, SessionDetail } from "../../wire/detail.ts";
import type { Measured } from "../../wire/types.ts";
import { SEAT, SHEET, alertWords, doneWord, exact, metricLabel, number, phaseWord, timelineWords } from "../../words.ts";
import { sessionPath } from "./case.ts";
import type { Recorded } from "./event.tsx";

interface SheetParts {
  readonly detail: SessionDetail;
  readonly tile: Tile | null;
  /** Null: could not be read, which is not the same as none. */
  readonly events: readonly Recorded[] | null;
  readonly alerts: readonly RecordAlert[] | null;
}

const GIVEN: readonly string[] = ["dose", "medication", "oxygen", "stop"];

function Lines({ title, lines }: { title: string; lines: readonly (readonly [string, string])[] | null }) {
  return (
    <section>
      <h2>{title}</h2>
      {lines === null ? <p>{SHEET.notRead}</p> : lines.length === 0 ? <p>{SHEET.none}</p> : null}
      <ul>
        {(lines ?? []).map(([when, what], index) => (
          <li key={index}>
            <time>{when}</time> {what}
          </li>
        ))}
      </ul>
    </section>
  );
}

const told = (event: Recorded): readonly [string, string] => {
  if (event.kind === "intervention") return [hhmmss(millis(event.at)), [doneWord(String(event["action"] ?? event.kind)), event.text].filter(Boolean).join(": ")];
  const { title, detail } = timelineWords({ ...event, type: "event", recorded_at: event.at });
  return [hhmmss(millis(event.at)), `${title}: ${detail}`];
};

function values(tile: Tile | null): readonly (readonly [string, string])[] {
  const vitals = tile?.vitals;
  if (vitals === undefined) return [];
  const one = (label: string, value: Measured<number> | null | undefined): (readonly [string, string])[] => (value ? [[hhmm(millis(value.effective_at)), `${label} ${number(value.value)}`]] : []);
  const { blood_pressure: pressure } = vitals;
  return [
    ...(pressure ? [[hhmm(millis(pressure.effective_at)), `${metricLabel("blood_pressure", undefined)} ${pressure.value.systolic ?? "–"}/${pressure.value.diastolic ?? "–"}`] as const] : []),
    ...one(metricLabel("heart_rate", vitals.heart_rate?.source), vitals.heart_rate),
    ...one(metricLabel("spo2", undefined), vitals.spo2),
    ...one(metricLabel("respiratory_rate", undefined), vitals.respiratory_rate),
  ];
}

function Sheet({ detail, tile, events, alerts }: SheetParts) {
  const { patient } = detail;
  const standing = events === null ? null : events.filter(({ corrected_by }) => !corrected_by);
  const of = (given: boolean) => (standing === null ? null : standing.filter(({ kind }) => GIVEN.includes(kind) === given).map(told));
  const base = detail.baseline;
  return (
    <article lang="en">
      <h1>{SHEET.title}</h1>
      <p>
        <b>{patient?.name ?? ""}</b> {`${SEAT.birth_date} ${patient?.birth_date ?? ""}, ${SEAT.mrn} ${patient?.mrn ?? ""}`}
      </p>
      <p>{`${detail.chair?.label ?? ""}, ${phaseWord(detail.phase)}, ${detail.protocol.name ?? detail.protocol.code.replaceAll("_", " ")}, ${SHEET.weight} ${detail.weight_kg === null ? "–" : `${exact(detail.weight_kg)} kg`}`}</p>
      {base === null ? null : <p>{`${SHEET.baseline} ${base.systolic ?? "–"}/${base.diastolic ?? "–"}`}</p>}
      <Lines title={SHEET.vitals} lines={values(tile)} />
      <Lines title={SHEET.doses} lines={of(true)} />
      <Lines title={SHEET.log} lines={of(false)} />
      <Lines title={SHEET.alerts} lines={alerts === null ? null : alerts.map((alert) => [hhmm(millis(alert.opened_at)), alertWords(alert)] as const)} />
      <p class="signature">{SHEET.signature}</p>
    </article>
  );
}

/** Reads what is recorded now, lays the sheet under the page and prints it alone; answers how to take it away. */
export function printSheet(detail: SessionDetail, tile: Tile | null, done: () => void): () => void {
  const host = document.createElement("div");
  host.className = "paper";
  let current = true;
  void Promise.all([request<readonly Recorded[]>("GET", sessionPath(detail.id, "events")), request<readonly RecordAlert[]>("GET", sessionPath(detail.id, "alerts"))]).then(([events, alerts]) => {
    if (!current) return;
    render(<Sheet detail={detail} tile={tile} events={events.ok ? events.body : null} alerts={alerts.ok ? alerts.body : null} />, host);
    document.body.append(host);
    window.print();
    done();
  });
  return () => {
    current = false;
    render(null, host);
    host.remove();
  };
}
