/** The course of dosing and what goes with it: pausing, stopping, the observation after it, oxygen, time off the monitor. */

import { bodyOf } from "../../core/body.ts";
import { hhmm, millis } from "../../core/time.ts";
import { ACT, ACTS, COURSE, F, type Option } from "../../words.ts";
import { useScreen } from "../context.ts";
import { Field, Form, Text, useWriting } from "../form.tsx";
import { sessionPath, useActBlocked, useCase } from "./case.ts";
import { EventTask, useStanding, type Recorded } from "./event.tsx";
import { close, recorded } from "./open.ts";
import { Pick } from "./pick.tsx";
import { useRead } from "./read.ts";
import { Task, When, useMoment } from "./task.tsx";

const options = (words: Readonly<Record<string, string>>): readonly Option[] => Object.entries(words).map(([value, label]) => ({ value, label }));

export function Reason({ label = `${ACT.reason} (${F.optional})` }: { label?: string }) {
  return <Text label={label} name="reason" defaultValue={useStanding()("reason") ?? ""} />;
}

export const Pause = () => (
  <EventTask kind="pause" title={ACTS.pause} submit={ACTS.pause}>
    <Reason />
  </EventTask>
);

export const Resume = () => (
  <EventTask kind="resume" title={ACTS.resume} submit={ACTS.resume}>
    <Reason />
  </EventTask>
);

export function Stop() {
  const standing = useStanding();
  return (
    <EventTask kind="stop" title={ACTS.stop} submit={ACTS.stop} numbers={["given_mg"]}>
      <Pick label={ACT.reason} name="reason" options={options(COURSE.stopReasons)} chosen={standing("reason")} />
      <Field label={`${COURSE.given} (${F.optional})`} name="given_mg" inputMode="decimal" unit="mg" autocomplete="off" hint={COURSE.givenHint} defaultValue={standing("given_mg") ?? ""} />
    </EventTask>
  );
}

/** The planned end; a clinician may give the patient a target range with it. */
export function Recovery() {
  const moment = useMoment();
  return (
    <Task title={ACTS.recovery} test="recovery" path="transitions" submit={ACTS.recovery} body={(fields) => moment({ to: "recovery", ...bodyOf(fields) })} before={<p class="hint">{COURSE.recovery}</p>}>
      <When />
    </Task>
  );
}

export function Oxygen() {
  const { detail } = useCase();
  const standing = useStanding();
  return (
    <EventTask kind="oxygen" title={ACTS.oxygen} submit={F.save} numbers={["l_min"]}>
      <Pick label={ACTS.oxygen} name="state" options={options(COURSE.oxygen)} chosen={standing("state") ?? (detail.on_oxygen ? "off" : "on")} />
      <Field label={`${COURSE.flow} (${F.optional})`} name="l_min" inputMode="decimal" unit="l/min" autocomplete="off" defaultValue={standing("l_min") ?? ""} />
    </EventTask>
  );
}

/** A reason and at most ten minutes; while it lasts, one tap says that the patient is back. */
export function OffMonitor() {
  const { detail } = useCase();
  const { now } = useScreen();
  const standing = useStanding();
  const blocked = useActBlocked(detail.phase === "dosing");
  const until = millis(detail.off_monitor_until);
  return (
    <EventTask kind="off_monitor" title={ACTS.off_monitor} submit={F.save} numbers={["minutes"]} before={until > now.value ? <BackOn until={until} close={close} /> : null}>
      {blocked === null ? null : <p class="hint">{blocked}</p>}
      <Pick label={ACT.reason} name="reason" options={options(COURSE.offReasons)} chosen={standing("reason")} />
      <Field label={COURSE.minutes} name="minutes" inputMode="decimal" unit="min" hint={COURSE.minutesHint} defaultValue={standing("minutes") ?? "10"} />
    </EventTask>
  );
}

/** Beside the acts while it lasts: silence about a missing signal is never out of sight, and ends with one tap. */
export function OffNow() {
  const { detail } = useCase();
  const { now } = useScreen();
  const until = millis(detail.off_monitor_until);
  return until > now.value ? (
    <div class="off-now" data-test="off-now">
      <BackOn until={until} />
    </div>
  ) : null;
}

/** Back before the time has run out: the entry is corrected to the minutes that it really took. */
function BackOn({ until, close }: { until: number; close?: () => void }) {
  const { detail, refresh } = useCase();
  const { now } = useScreen();
  const writing = useWriting();
  const { body } = useRead<readonly Recorded[]>(sessionPath(detail.id, "events"));
  const standing = body?.filter(({ kind, corrected_by }) => kind === "off_monitor" && !corrected_by).at(-1);
  const minutes = standing === undefined ? 0 : Math.max(0.1, Math.ceil((now.value - millis(standing.at)) / 6_000) / 10);
  if (standing === undefined) return null;
  return (
    <Form
      label={COURSE.backOn}
      writing={writing}
      submit={COURSE.backOn}
      change={() => ({
        path: sessionPath(detail.id, "events"),
        body: { kind: "off_monitor", reason: standing.reason, minutes: Math.min(10, minutes), at: standing.at, corrects: standing.id },
        signed: true,
      })}
      done={() => {
        recorded.value += 1;
        refresh();
        close?.();
      }}
    >
      <p role="status">{COURSE.offUntil(hhmm(until))}</p>
    </Form>
  );
}

export const Cancel = () => (
  <Task title={ACTS.cancel} test="cancel" path="transitions" submit={ACTS.cancel} body={(fields) => ({ to: "cancelled", ...bodyOf(fields) })} before={<p class="hint">{COURSE.cancelWhy}</p>}>
    <Reason />
  </Task>
);
