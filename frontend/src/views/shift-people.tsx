/** Who is on shift, who joins at this screen, who goes home and why they cannot yet; and one's own PIN. */

import { useState } from "preact/hooks";
import type { OnShift } from "../api/duty.ts";
import type { Change, Refusal } from "../api/write.ts";
import { S } from "../words.ts";
import { useShown } from "./context.ts";
import { Field, Form, Refused, useBlocked, useWriting } from "./form.tsx";
import { useMay } from "./may.ts";
import { useMe } from "./me.ts";
import { useSetupWriting } from "./setup-read.tsx";

export function PeopleCard() {
  const { station } = useShown();
  const shifts = station.duty.shifts.value;
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">{S.people}</h2>
      {shifts === null ? <p class="none">{S.loading}</p> : shifts.length === 0 ? <p class="none">{S.nobody}</p> : null}
      <ul class="rows" data-test="people">
        {(shifts ?? []).map((shift) => (
          <Person key={shift.id} shift={shift} />
        ))}
      </ul>
      <Join />
    </section>
  );
}

function Person({ shift }: { shift: OnShift }) {
  const { screen, station } = useShown();
  const writing = useWriting();
  const blocked = useBlocked();
  const { act } = useMay();
  const me = useMe();
  const [asks, setAsks] = useState(false);
  const own = me.all.has(shift.person_id);
  const here = station.here.value;
  const where = shift.station_id === null ? "" : shift.station_id === here?.id ? S.here : (screen.store.system.value?.stations?.find(({ id }) => id === shift.station_id)?.label ?? "");
  const pin = station.everybody.value.find(({ id }) => id === shift.person_id)?.has_pin;
  const change: Change = { path: `shifts/${shift.id}/end`, body: {}, person: own ? shift.person_id : null };
  const ended = (): void => void Promise.all([station.refresh(), station.duty.load()]);
  async function end(): Promise<void> {
    if (!own) setAsks(true);
    else if ((await writing.run(change)) !== null) ended();
  }
  return (
    <li data-test="person" data-person={shift.person_id}>
      <div class="row">
        <span>
          <b>{shift.name}</b>
          <small>{[where, S.since(shift.began_at), pin === undefined ? "" : pin ? S.pinSet : S.noPin].filter(Boolean).join(" · ")}</small>
        </span>
        {act && !asks ? (
          <button type="button" class="btn line" aria-label={S.signOutOf(shift.name)} disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test="end-shift" onClick={() => void end()}>
            {S.signOut}
          </button>
        ) : null}
      </div>
      {asks ? (
        <Form label={S.signOutOf(shift.name)} writing={writing} submit={S.signOut} cancel={() => setAsks(false)} change={(fields) => ({ ...change, body: { reason: fields.get("reason") } })} done={ended}>
          <Field label={S.reason} name="reason" maxLength={300} />
        </Form>
      ) : null}
      {writing.refusal.value === null ? null : <StillTheirs refusal={writing.refusal.value} />}
    </li>
  );
}

/** The chairs that somebody still has, by name: signing out is refused until they are somebody else's. */
function StillTheirs({ refusal }: { refusal: Refusal }) {
  const chairs = refusal.problem["chairs"];
  const alerts = refusal.problem["alerts"];
  if (refusal.problem.code !== "has_chairs" || !Array.isArray(chairs)) return <Refused refusal={refusal} />;
  return (
    <div class="refusal" role="alert" data-test="has-chairs">
      <p>{S.hasChairs}</p>
      <ul>
        {chairs.map((chair: { readonly chair_id?: unknown; readonly label?: unknown }) => (
          <li key={String(chair.chair_id)}>{String(chair.label)}</li>
        ))}
      </ul>
      {Array.isArray(alerts) && alerts.length > 0 ? <p>{S.hasAlerts(alerts.length)}</p> : null}
    </div>
  );
}

function Join() {
  const { station } = useShown();
  const writing = useSetupWriting();
  const [open, setOpen] = useState(false);
  if (!useMay().act) return null;
  if (station.here.value === null) return <p class="hint">{S.joinNeedsStation}</p>;
  if (!open)
    return (
      <button type="button" class="btn line" data-test="join" onClick={() => setOpen(true)}>
        {S.join}
      </button>
    );
  return (
    <Form
      label={S.join}
      writing={writing}
      submit={S.joinDo}
      cancel={() => setOpen(false)}
      change={(fields) => ({ path: "shifts", body: { username: fields.get("username"), password: fields.get("password") } })}
      done={async () => {
        setOpen(false);
        await Promise.all([station.refresh(), station.duty.load()]);
      }}
    >
      <Field label={S.username} name="username" autocomplete="off" hint={S.joinHint} />
      <Field label={S.password} name="password" type="password" autocomplete="off" />
    </Form>
  );
}

export function PinCard() {
  const { account, station } = useShown();
  const writing = useSetupWriting();
  const login = account.login.value;
  const me = "user" in login ? login.user : null; // one's own PIN is set at one's own login
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const set = station.everybody.value.find(({ id }) => id === me?.id)?.has_pin;
  function change(fields: FormData): Change | null {
    const [pin, again] = [String(fields.get("pin")), String(fields.get("again"))];
    const problem = !/^\d{6}$/.test(pin) ? S.pinDigits : pin === again ? null : S.pinDifferent;
    setWrong(problem);
    return problem !== null ? null : { method: "PUT", path: "me/pin", body: { password: fields.get("password"), pin } };
  }
  return (
    <section class="card" aria-labelledby="my-pin">
      <h2 id="my-pin">{S.pin}</h2>
      <p class="hint">{S.pinHint(me?.name ?? "")}</p>
      {open ? (
        <Form
          key={me?.id ?? ""}
          label={S.pin}
          writing={writing}
          submit={S.setPin}
          cancel={() => setOpen(false)}
          change={change}
          done={() => {
            setOpen(false);
            setSaid(S.pinSaved);
            void station.refresh();
          }}
        >
          <p>{me?.name}</p>
          <input type="text" name="username" autocomplete="username" value={me?.username} hidden readOnly />
          <Field label={S.password} name="password" type="password" autocomplete="current-password" />
          <Field label={S.newPin} name="pin" type="password" inputMode="numeric" autocomplete="off" maxLength={6} error={wrong === S.pinDigits ? wrong : null} />
          <Field label={S.pinAgain} name="again" type="password" inputMode="numeric" autocomplete="off" maxLength={6} error={wrong === S.pinDifferent ? wrong : null} />
        </Form>
      ) : (
        <div class="row">
          <span role="status" data-test="pin-state">
            {said ?? (set === undefined ? "" : set ? S.pinSet : S.noPin)}
          </span>
          <button
            type="button"
            class="btn line"
            data-test="set-pin"
            onClick={() => {
              setSaid(null);
              setOpen(true);
            }}
          >
            {S.setPin}
          </button>
        </div>
      )}
    </section>
  );
}
