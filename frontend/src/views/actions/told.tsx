/** What is written down in words or measured by hand: a note, an adverse event, a reading. */

import { bodyOf } from "../../core/body.ts";
import { hhmm, millis } from "../../core/time.ts";
import { ACT, ACTS, F, MEASURES_BY_HAND, TOLD } from "../../words.ts";
import { Field, Text } from "../form.tsx";
import { EventTask, useStanding } from "./event.tsx";
import { Pick, YES_NO } from "./pick.tsx";
import { useRead } from "./read.ts";
import { Severity, type Catalogue } from "./symptom.tsx";
import { Task, When, useMoment } from "./task.tsx";

export function Note() {
  const standing = useStanding();
  return (
    <EventTask kind="note" title={ACTS.note} submit={F.save}>
      <Text label={ACT.text} name="text" rows={5} defaultValue={standing("text") ?? ""} />
    </EventTask>
  );
}

export function AdverseEvent() {
  const standing = useStanding();
  const onset = standing("onset");
  const { body } = useRead<Catalogue>("symptoms");
  return (
    <EventTask kind="adverse_event" title={ACTS.adverse_event} submit={F.save} numbers={["severity"]} yesNo={["serious"]} times={["onset"]}>
      <Field label={TOLD.term} name="term" list="adverse-terms" autocomplete="off" defaultValue={standing("term") ?? ""} />
      <datalist id="adverse-terms">
        {(body?.terms ?? []).map(({ term, text }) => (
          <option key={term} value={text} />
        ))}
      </datalist>
      <Severity chosen={standing("severity")} />
      <Pick label={TOLD.serious} name="serious" options={YES_NO} chosen={standing("serious")} hint={TOLD.seriousHint} />
      <Field label={`${TOLD.onset} (${F.optional})`} name="onset" type="time" hint={onset === undefined ? ACT.timeHint : ACT.sameTime(hhmm(millis(onset)))} />
      <Field label={`${TOLD.action} (${F.optional})`} name="action" autocomplete="off" defaultValue={standing("action") ?? ""} />
      <Field label={`${TOLD.outcome} (${F.optional})`} name="outcome" autocomplete="off" defaultValue={standing("outcome") ?? ""} />
      <Text label={`${ACT.text} (${F.optional})`} name="text" defaultValue={standing("text") ?? ""} />
    </EventTask>
  );
}

export function HandReading() {
  const moment = useMoment();
  const names = MEASURES_BY_HAND.map(({ name }) => name);
  return (
    <Task title={ACTS.reading} test="reading" path="readings" submit={F.save} body={(fields) => moment(bodyOf(fields, names), "observed_at")}>
      <div class="form-row">
        {MEASURES_BY_HAND.map(({ name, label, unit }) => (
          <Field key={name} label={label} name={name} inputMode="decimal" unit={unit} autocomplete="off" />
        ))}
      </div>
      <Text label={`${ACT.text} (${F.optional})`} name="note" />
      <When name="observed_at" label={TOLD.measured} />
    </Task>
  );
}
