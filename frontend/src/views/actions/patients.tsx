/** Finding the right patient by name or number, or writing down a new one. */

import { useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import type { RecordPatient } from "../../wire/detail.ts";
import { F, SEAT, gateWords } from "../../words.ts";
import { Choice, Field, Form, useWriting } from "../form.tsx";
import { NotRead } from "./not-read.tsx";
import { useRead } from "./read.ts";

interface FindParts {
  readonly chosen: (patient: RecordPatient) => void;
  /** Shown as soon as nobody is searched for: who is expected. */
  readonly children?: preact.ComponentChildren;
}

const LEAST = 2;
const SHOWN = 8;

export function FindPatient({ chosen, children }: FindParts) {
  const [asked, setAsked] = useState("");
  const [fresh, setFresh] = useState(false);
  const searched = asked.trim().length >= LEAST;
  const read = useRead<readonly RecordPatient[]>(searched ? `patients?limit=${SHOWN}&q=${encodeURIComponent(asked.trim())}` : null);
  const { body } = read;
  if (fresh) return <NewPatient name={asked} made={chosen} back={() => setFresh(false)} />;
  return (
    <div class="form" data-test="find-patient">
      <Field label={SEAT.search} name="search" type="search" autocomplete="off" hint={SEAT.searchHint} onInput={(event) => setAsked(event.currentTarget.value)} />
      {searched ? <NotRead of={read} /> : null}
      {searched ? null : children}
      {searched && body?.length === 0 ? <p class="none">{SEAT.nobody}</p> : null}
      <ul class="choices" data-test="found">
        {(searched ? (body ?? []) : []).map((patient) => (
          <li key={patient.id}>
            <button type="button" class="btn choice" data-test="patient-found" onClick={() => chosen(patient)}>
              <b>{patient.name}</b>
              <span>{`${patient.birth_date} · ${SEAT.mrn} ${patient.mrn}`}</span>
            </button>
          </li>
        ))}
      </ul>
      {searched && body?.length === SHOWN ? <p class="hint" data-test="first-found">{SEAT.firstFound(SHOWN)}</p> : null}
      <div class="form-end">
        <button type="button" class="btn" data-test="new-patient" onClick={() => setFresh(true)}>
          {SEAT.fresh}
        </button>
      </div>
    </div>
  );
}

function NewPatient({ name, made, back }: { name: string; made: (patient: RecordPatient) => void; back: () => void }) {
  const writing = useWriting();
  const sexes = Object.entries(SEAT.sexes).map(([value, label]) => ({ value, label }));
  return (
    <Form<RecordPatient> label={SEAT.fresh} writing={writing} change={(fields) => ({ path: "patients", body: bodyOf(fields) })} done={made} submit={SEAT.saveFresh} cancel={back} gateWords={gateWords}>
      <Field label={SEAT.name} name="name" autocomplete="off" defaultValue={/\d/.test(name) ? "" : name} required />
      <Field label={SEAT.birth_date} name="birth_date" type="date" required />
      <Field label={SEAT.mrn} name="mrn" autocomplete="off" defaultValue={/\d/.test(name) ? name : ""} required />
      <Choice label={`${SEAT.sex} (${F.optional})`} name="sex" defaultValue="" options={[{ value: "", label: "–" }, ...sexes]} />
    </Form>
  );
}
