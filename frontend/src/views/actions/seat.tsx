/** Starting a session at a free chair: who, by which protocol, then checked in with two identifiers. */

import { useRef, useState } from "preact/hooks";
import type { Change } from "../../api/write.ts";
import { bodyOf } from "../../core/body.ts";
import { keep, kept } from "../../kept.ts";
import type { RecordPatient, SessionDetail } from "../../wire/detail.ts";
import { SEAT, gateWords } from "../../words.ts";
import { Choice, Field, Form, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { Identifiers, ticked } from "./identifiers.tsx";
import { NotRead } from "./not-read.tsx";
import { recorded, seating, type Seat as Chair } from "./open.ts";
import { FindPatient } from "./patients.tsx";
import { useRead } from "./read.ts";
import { Warnings, type Warned } from "./task.tsx";

interface Listed {
  readonly code: string;
  readonly title: string;
  readonly planned_min: number;
  readonly dosing_min: readonly [number, number];
}

const finish = (): void => {
  seating.value = null;
};

export function SeatPanel() {
  const chair = seating.value;
  return chair === null ? null : <Seat key={chair.chair} chair={chair} />;
}

function Seat({ chair }: { chair: Chair }) {
  const [patient, setPatient] = useState<RecordPatient | null>(null);
  const [warned, setWarned] = useState<Warned | null>(null);
  return (
    <Panel title={SEAT.title(chair.label)} close={finish} test="panel-seat">
      {warned !== null ? (
        <Warnings of={warned} title={SEAT.seatedAnyway} read={finish} />
      ) : patient === null ? (
        <FindPatient chosen={setPatient} />
      ) : (
        <Confirm chair={chair} patient={patient} another={() => setPatient(null)} warned={setWarned} />
      )}
    </Panel>
  );
}

interface ConfirmParts {
  readonly chair: Chair;
  readonly patient: RecordPatient;
  readonly another: () => void;
  readonly warned: (by: Warned) => void;
}

/** Plans the session, then checks in. What is planned already is not planned again: only the check-in is tried anew. */
function Confirm({ chair, patient, another, warned }: ConfirmParts) {
  const read = useRead<readonly Listed[]>("protocols");
  const protocols = read.body;
  const [plan, checkIn] = [useWriting(), useWriting()];
  const [planned, setPlanned] = useState<string | null>(null);
  const [tooFew, setTooFew] = useState(false);
  const identifiers = useRef<readonly string[]>([]);

  const atDoor = (id: string): Change => ({ path: `sessions/${id}/transitions`, body: { to: "preparing", identifiers: identifiers.current } });
  function seated(answer: Warned): void {
    recorded.value += 1;
    if ((answer.warnings?.length ?? 0) > 0) warned(answer);
    else finish();
  }
  async function thenCheckIn(id: string): Promise<void> {
    setPlanned(id);
    const answer = await checkIn.run<Warned>(atDoor(id));
    if (answer !== null) seated(answer.body);
  }
  function change(fields: FormData): Change | null {
    identifiers.current = ticked(fields);
    fields.delete("identifiers");
    setTooFew(identifiers.current.length < 2);
    if (identifiers.current.length < 2) return null;
    if (planned !== null) return atDoor(planned);
    keep("protocol", String(fields.get("protocol")));
    return { path: "sessions", body: { ...bodyOf(fields, ["planned_dosing_min", "weight_kg"]), patient_id: patient.id, chair_id: chair.chair } };
  }

  if (protocols === null) return <NotRead of={read} />;
  return (
    <Form<SessionDetail & Warned>
      label={SEAT.title(chair.label)}
      writing={planned === null ? plan : checkIn}
      submit={SEAT.confirm}
      cancel={finish}
      gateWords={gateWords}
      change={change}
      done={(answer) => (planned === null ? void thenCheckIn(answer.id) : seated(answer))}
    >
      <div class="chosen" data-test="chosen">
        <b>{patient.name}</b>
        <button type="button" class="btn" data-test="another-patient" disabled={planned !== null} onClick={another}>
          {SEAT.another}
        </button>
      </div>
      <Identifiers patient={patient} tooFew={tooFew} />
      {planned === null ? <Plan protocols={protocols} /> : <p role="status">{SEAT.isPlanned}</p>}
    </Form>
  );
}

/** By which protocol, for how long, and the weight that the dose is counted by. The protocol of the last time comes first. */
function Plan({ protocols }: { protocols: readonly Listed[] }) {
  const [code, setCode] = useState(kept("protocol"));
  const protocol = protocols.find((one) => one.code === code) ?? protocols[0];
  if (protocol === undefined) return <p>{SEAT.noProtocol}</p>;
  const [shortest, longest] = protocol.dosing_min;
  return (
    <>
      <Choice label={SEAT.protocol} name="protocol" value={protocol.code} onChange={(event) => setCode(event.currentTarget.value)} options={protocols.map((one) => ({ value: one.code, label: one.title }))} />
      <div class="form-row">
        <Field key={protocol.code} label={SEAT.planned_min} name="planned_dosing_min" inputMode="decimal" unit="min" defaultValue={protocol.planned_min} hint={SEAT.between(shortest, longest)} />
        <Field label={SEAT.weight} name="weight_kg" inputMode="decimal" unit="kg" />
      </div>
    </>
  );
}
