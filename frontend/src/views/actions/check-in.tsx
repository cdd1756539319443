/** Checking in a planned patient: two identifiers, then what they might be taken for. */

import { ACT, ACTS, SEAT } from "../../words.ts";
import { useCase } from "./case.ts";
import { Identifiers, ticked, unknownPatient } from "./identifiers.tsx";
import { Task, When, useMoment } from "./task.tsx";

export function CheckIn() {
  const { detail } = useCase();
  const moment = useMoment();
  return (
    <Task
      title={ACTS.check_in}
      test="check_in"
      path="transitions"
      submit={SEAT.confirm}
      body={(fields) => moment({ to: "preparing", identifiers: ticked(fields), at: fields.get("at") })}
      before={<p class="who">{detail.patient?.name ?? ACT.notKnown}</p>}
    >
      <Identifiers patient={detail.patient ?? unknownPatient} tooFew={false} />
      <When />
    </Task>
  );
}
