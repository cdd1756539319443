/** Whose chair is whose: take, give, take over; and the clinician on call. */

import { useEffect, useState } from "preact/hooks";
import type { ChairAssigned } from "../api/duty.ts";
import { S } from "../words.ts";
import { useShown } from "./context.ts";
import { Choice, Form, Refused, useBlocked, useWriting } from "./form.tsx";
import { useMay } from "./may.ts";
import { useMe, useOn } from "./me.ts";

export function ChairsCard() {
  const { station } = useShown();
  const assignments = station.duty.assignments.value;
  const writing = useWriting();
  const blocked = useBlocked();
  const me = useMe();
  const { act } = useMay();
  const chairs = assignments?.chairs ?? [];
  const free = chairs.filter((chair) => chair.nurse === null).map((chair) => chair.chair_id);
  const takeAll = async (): Promise<void> => {
    if ((await writing.run({ path: "assignments", body: { chair_ids: free } })) !== null) await station.duty.load();
  };
  return (
    <section class="card" aria-labelledby="chairs">
      <h2 id="chairs">{S.chairs}</h2>
      {assignments === null ? <p class="none">{S.loading}</p> : null}
      <ul class="rows" data-test="chairs">
        {chairs.map((chair) => (
          <ChairRow key={chair.chair_id} chair={chair} />
        ))}
      </ul>
      {act && me.on && free.length > 1 ? (
        <button type="button" class="btn line" disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test="take-all" onClick={() => void takeAll()}>
          {S.takeAll}
        </button>
      ) : null}
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} />}
    </section>
  );
}

function ChairRow({ chair }: { chair: ChairAssigned }) {
  const { station } = useShown();
  const writing = useWriting();
  const blocked = useBlocked();
  const me = useMe();
  const { act } = useMay();
  const [asks, setAsks] = useState<"give" | "take" | null>(null);
  const mine = chair.nurse !== null && chair.nurse.id === me.id;
  useEffect(() => writing.settle(), [chair.nurse?.id]); // whose it is says what came of a try without an answer
  const took = async (): Promise<void> => {
    setAsks(null);
    await station.duty.load();
  };
  async function take(over: boolean): Promise<void> {
    const body = { chair_ids: [chair.chair_id], ...(over ? { take_over: true } : {}) };
    if ((await writing.run({ path: "assignments", body })) !== null) await took();
  }
  const empty = useChairEmpty(chair.chair_id);
  async function putDown(): Promise<void> {
    if ((await writing.run({ path: "assignments/release", body: { chair_ids: [chair.chair_id] } })) !== null) await took();
  }
  const button = (test: string, words: string, what: () => void) => (
    <button type="button" class="btn line" aria-label={`${words} ${chair.label}`} disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test={test} onClick={what}>
      {words}
    </button>
  );
  return (
    <li data-test="chair-row" data-chair={chair.label}>
      <div class="row">
        <span>
          <b>{chair.label}</b>
          <small data-test="nurse-of">
            {chair.nurse?.name ?? S.noNurse}
            {chair.covered_by === null ? "" : `, ${S.covered(chair.covered_by.name)}`}
          </small>
        </span>
        {!act || asks !== null ? null : (
          <span class="row-end">
            {!me.on || mine ? null : chair.nurse === null ? button("take", S.take, () => void take(false)) : button("take-over", S.takeOver, () => setAsks("take"))}
            {mine && empty ? button("put-down", S.putDown, () => void putDown()) : null}
            {mine || chair.nurse === null ? button("give", S.give, () => setAsks("give")) : null}
          </span>
        )}
        {asks === "take" ? (
          <span class="row-end">
            {button("take-over-sure", S.takeOverSure(chair.nurse?.name ?? ""), () => void take(true))}
            <button type="button" class="btn" onClick={() => setAsks(null)}>
              {S.no}
            </button>
          </span>
        ) : null}
      </div>
      {asks === "give" ? <Give chair={chair} mine={mine} done={() => void took()} cancel={() => setAsks(null)} /> : null}
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} />}
    </li>
  );
}

/** Nobody sits there: it can be put down without a receiver. */
function useChairEmpty(id: string): boolean {
  const { store } = useShown().screen;
  return store.loaded.value && store.tile(id)?.value.session === null;
}

/** An offer like any other: the chair moves when the other accepts. */
function Give({ chair, mine, done, cancel }: { chair: ChairAssigned; mine: boolean; done: () => void; cancel: () => void }) {
  const writing = useWriting();
  const me = useMe();
  const to = useOn().filter(({ id }) => id !== me.id);
  if (to.length === 0)
    return (
      <div class="row">
        <span class="none">{S.nobodyElse}</span>
        <button type="button" class="btn" onClick={cancel}>
          {S.no}
        </button>
      </div>
    );
  return (
    <Form
      label={`${S.giveTo} ${chair.label}`}
      writing={writing}
      submit={S.offer}
      cancel={cancel}
      change={(fields) =>
        mine ? { path: "offers", body: { kind: "hand_over", to: fields.get("to"), chair_ids: [chair.chair_id] } } : { path: "assignments", body: { chair_ids: [chair.chair_id], nurse_id: fields.get("to") } }
      }
      done={done}
    >
      <Choice label={S.giveTo} name="to" options={to.map(({ id, name }) => ({ value: id, label: name }))} />
    </Form>
  );
}

export function OnCallCard() {
  const { station } = useShown();
  const writing = useWriting();
  const blocked = useBlocked();
  const me = useMe();
  const { act } = useMay();
  const [asks, setAsks] = useState(false);
  const onCall = station.duty.assignments.value?.on_call ?? null;
  const clinicians = useOn().filter(({ id, roles }) => id !== me.id && roles.includes("clinician"));
  const own = useOn().find(({ id }) => id === me.id)?.roles.includes("clinician") === true;
  const read = async (): Promise<void> => {
    setAsks(false);
    await station.duty.load();
  };
  async function myself(): Promise<void> {
    if ((await writing.run({ path: "offers", body: { kind: "on_call", to: me.id } })) !== null) await read();
  }
  return (
    <section class="card" aria-labelledby="on-call">
      <h2 id="on-call">{S.onCall}</h2>
      <p data-test="on-call-name">{onCall?.name ?? S.onCallNobody}</p>
      {act && own && onCall?.id !== me.id ? (
        <button type="button" class="btn line" disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test="on-call-me" onClick={() => void myself()}>
          {S.onCallMe}
        </button>
      ) : null}
      {act && !asks && clinicians.length > 0 ? (
        <button type="button" class="btn line" data-test="on-call-ask" onClick={() => setAsks(true)}>
          {S.onCallOffer}
        </button>
      ) : null}
      {asks ? (
        <Form label={S.onCallOffer} writing={writing} submit={S.offer} cancel={() => setAsks(false)} change={(fields) => ({ path: "offers", body: { kind: "on_call", to: fields.get("to") } })} done={() => void read()}>
          <Choice label={S.offerTo} name="to" options={clinicians.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form>
      ) : null}
      {!asks && writing.refusal.value !== null ? <Refused refusal={writing.refusal.value} /> : null}
    </section>
  );
}
