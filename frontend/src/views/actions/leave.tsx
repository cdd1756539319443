/** Going home: all criteria met, a clinician's decision, or a patient who leaves before that; never refused in the last case. */

import { useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import { hhmm, millis } from "../../core/time.ts";
import { ACT, ACTS, LEAVE, criteriaCount, criterionState, criterionWord, criterionWords } from "../../words.ts";
import { useScreen } from "../context.ts";
import { Text } from "../form.tsx";
import { useActBlocked, useCase } from "./case.ts";
import { Items } from "./assess.tsx";
import { open } from "./open.ts";
import { Pick } from "./pick.tsx";
import { Task, When, useMoment } from "./task.tsx";

const BY_NURSE: ReadonlySet<string> = new Set(["aldrete", "moaa_s", "orientation", "speech", "gait", "nausea", "perception", "suicide_risk", "cannula_out", "instructions", "escort"]);

/** What is left for the nurse to look at stands here too, one tap each; the rest comes by itself or is a clinician's to pass. */
export function Discharge() {
  const { detail, tile } = useCase();
  const { trusted } = useScreen();
  const moment = useMoment();
  const blocked = useActBlocked(true);
  const [override, setOverride] = useState(false);
  const readiness = tile?.readiness ?? detail.readiness;
  const open_ = readiness.criteria.filter(({ state }) => state !== "met");
  const asked = new Set(open_.map(({ code }) => code).filter((code) => BY_NURSE.has(code)));
  const waiting = detail.readiness.waiting_since;
  return (
    <Task
      title={ACTS.discharge}
      test="discharge"
      path="transitions"
      submit={override ? LEAVE.byClinician : ACTS.discharge}
      signed
      body={(fields) => moment({ to: "discharged", outcome: override ? "override" : "met", ...(override ? { override } : {}), ...bodyOf(fields) })}
      before={
        <>
          <p data-test="criteria">{trusted.value ? criteriaCount(readiness.criteria.length - open_.length, readiness.criteria.length) : LEAVE.notKnown}</p>
          {detail.readiness.waiting_for_driver && waiting !== null ? <p data-test="waiting">{LEAVE.waiting(hhmm(millis(waiting)))}</p> : null}
          <ul class="criteria">
            {open_.map((criterion) => (
              <li key={criterion.code} data-state={criterion.state}>
                <b>{criterionWord(criterion.code)}</b> {criterionState(criterion.state)}
                <small>{criterionWords(criterion)}</small>
              </li>
            ))}
          </ul>
          {asked.size === 0 ? null : (
            <section class="form" aria-label={LEAVE.left} data-test="left-to-ask">
              <h3>{LEAVE.left}</h3>
              <Items kind="discharge" only={asked} />
            </section>
          )}
        </>
      }
    >
      {open_.length === 0 ? null : (
        <label class="tick">
          <input type="checkbox" checked={override} disabled={blocked !== null} data-test="tick-override" onChange={(event) => setOverride(event.currentTarget.checked)} />
          <span>
            {LEAVE.override}
            <small class="hint">{blocked ?? LEAVE.overrideHint}</small>
          </span>
        </label>
      )}
      {override ? <Text label={ACT.reason} name="reason" /> : null}
      <When />
      <button type="button" class="btn" data-test="leave-instead" onClick={() => open(detail.id, "leave")}>
        {ACTS.leave}
      </button>
    </Task>
  );
}

/** A fact, not a decision: nobody has to sign before it can be told. */
export function Leave() {
  const moment = useMoment();
  const options = Object.entries(LEAVE.outcomes).map(([value, label]) => ({ value, label }));
  return (
    <Task title={ACTS.leave} test="leave" path="transitions" submit={LEAVE.save} body={(fields) => moment({ to: "discharged", ...bodyOf(fields) })} before={<p class="hint">{LEAVE.never}</p>}>
      <Pick label={LEAVE.which} name="outcome" options={options} />
      <Text label={LEAVE.told} name="told" />
      <Text label={LEAVE.with} name="accompanied_by" />
      <Text label={ACT.reason} name="reason" />
      <When />
    </Task>
  );
}
