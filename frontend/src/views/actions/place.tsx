/** The right place and the right person: another chair, another patient. */

import { useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import type { RecordPatient } from "../../wire/detail.ts";
import { ACT, ACTS, PLACE, SEAT } from "../../words.ts";
import { useScreen } from "../context.ts";
import { Text } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { useCase } from "./case.ts";
import { close } from "./open.ts";
import { FindPatient } from "./patients.tsx";
import { Pick } from "./pick.tsx";
import { SecondPerson } from "./second.tsx";
import { Task, When, useMoment } from "./task.tsx";

export function Move() {
  const { detail } = useCase();
  const { store } = useScreen();
  const moment = useMoment();
  const chairs = store.order.value.flatMap((id) => {
    const tile = store.tile(id)?.value;
    if (tile === undefined || id === detail.chair?.id) return [];
    const taken = tile.session !== null && tile.session.phase !== "scheduled";
    return [{ value: id, label: tile.chair.label, ...(taken ? { note: PLACE.taken } : {}) }];
  });
  return (
    <Task title={ACTS.move} test="move" path="move" submit={PLACE.move} body={(fields) => moment(bodyOf(fields))} before={<p class="hint">{PLACE.moveHint}</p>}>
      <Pick label={PLACE.to} name="chair_id" options={chairs} />
      <When />
    </Task>
  );
}

/** The session is another person's: whom, why, and a second person who has seen it too. */
export function CorrectPatient() {
  const { detail } = useCase();
  const [patient, setPatient] = useState<RecordPatient | null>(null);
  if (patient === null)
    return (
      <Panel title={ACTS.patient} close={close} test="panel-patient">
        <p class="hint">{PLACE.patientHint(detail.patient?.name ?? ACT.notKnown)}</p>
        <FindPatient chosen={setPatient} />
      </Panel>
    );
  return (
    <Task title={ACTS.patient} test="patient" path="correct-patient" submit={PLACE.correct} body={(fields) => ({ patient_id: patient.id, ...bodyOf(fields) })} signed>
      <div class="chosen">
        <b>{`${patient.name}, ${patient.birth_date}, ${SEAT.mrn} ${patient.mrn}`}</b>
        <button type="button" class="btn" onClick={() => setPatient(null)}>
          {SEAT.another}
        </button>
      </div>
      <Text label={ACT.why} name="reason" />
      <SecondPerson why={ACT.secondWhy} />
    </Task>
  );
}
