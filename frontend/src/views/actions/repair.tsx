/** What was recorded wrongly: an entry corrected, a reading struck, readings given to whom they belong. Nothing is ever removed. */

import { useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import { cuffsOf, keyOf, type Columns, type Cuff } from "../../core/cuffs.ts";
import { begunOf } from "../../core/record.ts";
import { momentOf } from "../../core/when.ts";
import { hhmm, millis } from "../../core/time.ts";
import { ACT, ACTS, F, REPAIR, number, timelineWords } from "../../words.ts";
import { useScreen } from "../context.ts";
import { Choice, Field, Text } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { sessionPath, useCase } from "./case.ts";
import { Intervention, Medication } from "./care.tsx";
import { OffMonitor, Oxygen, Pause, Resume, Stop } from "./course.tsx";
import { Dose } from "./dose.tsx";
import { CorrectedContext, EventTask, type Recorded } from "./event.tsx";
import { NotRead } from "./not-read.tsx";
import { close, opened } from "./open.ts";
import { Pick } from "./pick.tsx";
import { useRead } from "./read.ts";
import { SymptomAgain } from "./symptom.tsx";
import { Task } from "./task.tsx";
import { AdverseEvent, Note } from "./told.tsx";

const FORMS: Readonly<Record<string, () => preact.JSX.Element>> = {
  dose: Dose,
  pause: Pause,
  resume: Resume,
  stop: Stop,
  oxygen: Oxygen,
  off_monitor: OffMonitor,
  medication: Medication,
  intervention: Intervention,
  symptom: SymptomAgain,
  adverse_event: AdverseEvent,
  note: Note,
};

/** First which entry; then the same form with what it says, or that it never happened. */
export function Correction() {
  const { detail } = useCase();
  const read = useRead<readonly Recorded[]>(sessionPath(detail.id, "events"));
  const { body } = read;
  const [picked, setPicked] = useState<string | null>(opened.peek()?.about ?? null);
  const [never, setNever] = useState(false);
  const standing = (body ?? []).filter(({ corrected_by }) => !corrected_by).reverse();
  const event = standing.find(({ id }) => id === picked);
  if (event !== undefined) {
    const Again = never ? Never : (FORMS[event.kind] ?? Note);
    return (
      <CorrectedContext.Provider value={event}>
        <Again key={String(never)} />
      </CorrectedContext.Provider>
    );
  }
  return (
    <Panel title={ACTS.correction} close={close} test="panel-correction">
      <NotRead of={read} />
      {body?.length === 0 ? <p class="none">{REPAIR.noEntries}</p> : null}
      <ul class="choices">
        {standing.map((one) => {
          const { title, detail: said } = timelineWords({ ...one, type: "event", recorded_at: one.at });
          return (
            <li key={one.id}>
              <p>
                <time dateTime={one.at}>{hhmm(millis(one.at))}</time> <b>{title}</b> {said}
              </p>
              <button type="button" class="btn" data-test="correct" onClick={() => setPicked(one.id)}>
                {REPAIR.correct}
              </button>
              <button
                type="button"
                class="btn"
                data-test="never"
                onClick={() => {
                  setNever(true);
                  setPicked(one.id);
                }}
              >
                {REPAIR.never}
              </button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** A note in its place: the entry stays, struck, with who took it back and why. */
const Never = () => (
  <EventTask kind="note" title={REPAIR.never} submit={REPAIR.never}>
    <Text label={ACT.why} name="text" hint={REPAIR.neverHint} />
  </EventTask>
);

const RECENT_MS = 45 * 60_000;
const pressure = ({ systolic, diastolic }: Cuff): string => `${number(systolic ?? 0)}/${diastolic === null ? "–" : number(diastolic)}`;

/** A cuff reading is struck through with a reason, never removed. */
export function Void() {
  const { detail } = useCase();
  const { now } = useScreen();
  const [from, setFrom] = useState(() => now.peek() - RECENT_MS);
  const read = useRead<Columns>(sessionPath(detail.id, `readings?cuff=true&from=${encodeURIComponent(new Date(from).toISOString())}`));
  const { body } = read;
  const cuffs = body === null ? [] : cuffsOf(body).filter(({ voided }) => !voided);
  const options = cuffs.map((cuff) => ({ value: keyOf(cuff), label: `${hhmm(millis(cuff.at))}  ${pressure(cuff)}` }));
  function body_(fields: FormData): unknown {
    const cuff = cuffs.find((one) => keyOf(one) === fields.get("seq"));
    return { ...bodyOf([["reason", fields.get("reason")]]), device: cuff?.device, seq: cuff?.seq };
  }
  return (
    <Task title={ACTS.void} test="void" path="readings/void" submit={REPAIR.strike} body={body_} signed>
      <NotRead of={read} />
      {body === null ? null : <Pick label={REPAIR.which} name="seq" options={options} hint={options.length === 0 ? REPAIR.noReadings : undefined} />}
      <button type="button" class="btn" onClick={() => setFrom(from - RECENT_MS)}>
        {REPAIR.earlier}
      </button>
      <Field label={ACT.why} name="reason" list="void-reasons" />
      <datalist id="void-reasons">
        {REPAIR.reasons.map((reason) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
    </Task>
  );
}

interface ListedSession {
  readonly id: string;
  readonly patient?: { readonly name?: string | null } | null;
  readonly chair?: { readonly label?: string | null } | null;
}

/** What a device at a chair measured between two times belongs to this session, to another, or to nobody. */
export function WrongChair() {
  const { detail } = useCase();
  const { store, now } = useScreen();
  const [whose, setWhose] = useState("mine");
  const read = useRead<{ readonly items: readonly ListedSession[] }>(whose === "other" ? "sessions?limit=200" : null);
  const chairs = store.order.value.map((id) => ({ value: id, label: store.tile(id)?.value.chair.label ?? id }));
  const others = (read.body?.items ?? []).filter(({ id }) => id !== detail.id).map((one) => ({ value: one.id, label: `${one.patient?.name ?? ACT.notKnown}, ${one.chair?.label ?? ""}` }));
  function body_(fields: FormData): unknown {
    const { from, to, whose: _, to_session, ...given } = bodyOf(fields);
    const at = (typed: unknown): string | undefined => (typeof typed !== "string" ? undefined : (momentOf(typed, now.peek(), begunOf(detail) ?? undefined) ?? new Date(now.peek()).toISOString()));
    return { ...given, from: at(from), to: at(to), ...(whose === "mine" ? {} : { to_session: whose === "other" ? to_session : null }) };
  }
  return (
    <Task title={ACTS.wrong_chair} test="wrong_chair" path="readings/correct" submit={F.save} body={body_} signed before={<p class="hint">{REPAIR.wrongHint}</p>}>
      <Choice label={REPAIR.measuredAt} name="chair" options={chairs} defaultValue={detail.chair?.id ?? ""} />
      <div class="form-row">
        <Field label={REPAIR.from} name="from" type="time" hint={ACT.timeHint} />
        <Field label={REPAIR.to} name="to" type="time" hint={REPAIR.toHint} />
      </div>
      <Pick label={REPAIR.whose} name="whose" value={whose} onPick={setWhose} options={Object.entries(REPAIR.owners).map(([value, label]) => ({ value, label }))} />
      {whose === "other" ? <NotRead of={read} /> : null}
      {whose === "other" && read.body !== null ? <Choice label={REPAIR.otherSession} name="to_session" options={others} /> : null}
      <Text label={ACT.why} name="reason" />
    </Task>
  );
}

