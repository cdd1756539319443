/** Chairs: added one by one or ten at once, renamed, and which devices stand at each. */

import { useState } from "preact/hooks";
import { MOST_CHAIRS, chairNames, newNames } from "../core/setup.ts";
import type { Chair } from "../wire/types.ts";
import type { Change } from "../api/write.ts";
import { SETUP } from "../words.ts";
import { Field, Form } from "./form.tsx";
import { Panel } from "./panel.tsx";
import type { Device } from "./setup-devices.tsx";
import { ChangeCell, bodyOf, Heads, Reason, Shows, useRead, useReason, useSetupWriting, Wide } from "./setup-read.tsx";

const ORDER = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
export const byLabel = <T extends { readonly label: string }>(items: readonly T[]): readonly T[] => [...items].sort((a, b) => ORDER.compare(a.label, b.label));

const roomOf = (fields: FormData): string | null => String(fields.get("room") ?? "").trim() || null;

interface EditParts {
  readonly chairs: readonly Chair[];
  readonly close: () => void;
  readonly again: () => void;
}

/** One request a chair; where one is refused the rest stays in the field, and what exists by then is passed over. */
function AddChairs({ chairs, close, again }: EditParts) {
  const writing = useSetupWriting();
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [made, setMade] = useState<readonly string[]>([]);
  const taken = [...chairs.map((chair) => chair.label), ...made];
  const wanted = newNames(chairNames(text), taken);

  function problem(): string | null {
    const names = chairNames(text);
    if (names.length === 0) return SETUP.chairNamesHint;
    if (names.length > MOST_CHAIRS) return SETUP.tooManyChairs;
    return wanted.length > 0 ? null : names.length === 1 ? SETUP.nameTaken : SETUP.namesTaken;
  }

  const changeFor = (label: string, room: string | null): Change => ({ path: "chairs", body: room === null ? { label } : { label, room } });
  const [room, setRoom] = useState<string | null>(null);

  function first(fields: FormData): Change | null {
    const found = problem();
    setError(found);
    setRoom(roomOf(fields));
    return found === null && wanted[0] !== undefined ? changeFor(wanted[0], roomOf(fields)) : null;
  }

  async function rest(): Promise<void> {
    const done = wanted.slice(0, 1);
    for (const label of wanted.slice(1)) {
      if ((await writing.run(changeFor(label, room))) === null) break;
      done.push(label);
    }
    setMade([...made, ...done]);
    again();
    if (done.length === wanted.length) close();
  }

  return (
    <Panel title={SETUP.addChairs} close={close} test="add-chairs-panel">
      <Form label={SETUP.addChairs} writing={writing} change={first} done={() => void rest()} submit={SETUP.addChairsDo} cancel={close}>
        <Field
          label={SETUP.chairNames}
          name="label"
          value={text}
          hint={wanted.length > 1 ? SETUP.willAdd(wanted.length) : SETUP.chairNamesHint}
          error={error}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setError(null);
          }}
        />
        <Field label={SETUP.room} name="room" hint={SETUP.roomHint} />
      </Form>
    </Panel>
  );
}

function ChangeChair({ chair, chairs, close, again }: EditParts & { chair: Chair }) {
  const writing = useSetupWriting();
  const [error, setError] = useState<string | null>(null);
  function change(fields: FormData): Change | null {
    const label = String(fields.get("label") ?? "").trim();
    const others = chairs.filter((other) => other.id !== chair.id).map((other) => other.label);
    const free = newNames([label], others).length > 0;
    setError(free ? null : SETUP.nameTaken);
    return free ? { method: "PATCH", path: `chairs/${chair.id}`, body: { label, room: roomOf(fields) } } : null;
  }
  return (
    <Panel title={SETUP.changeOf(chair.label)} close={close} test="change-chair-panel">
      <Form
        label={SETUP.changeOf(chair.label)}
        writing={writing}
        change={change}
        cancel={close}
        done={() => {
          again();
          close();
        }}
      >
        <Field label={SETUP.chairName} name="label" defaultValue={chair.label} error={error} />
        <Field label={SETUP.room} name="room" defaultValue={chair.room ?? ""} hint={SETUP.roomHint} />
      </Form>
    </Panel>
  );
}

export function ChairsPart() {
  const chairs = useRead<readonly Chair[]>("chairs");
  const devices = bodyOf(useRead<readonly Device[]>("devices")) ?? [];
  const reason = useReason("admin");
  const [open, setOpen] = useState<Chair | "add" | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      <Reason reason={reason} />
      <Shows reading={chairs}>
        {(all) => (
          <>
            <p>
              <button type="button" class="btn fill" disabled={reason !== null} title={reason ?? undefined} data-test="add-chairs" onClick={() => setOpen("add")}>
                {all.length === 0 ? SETUP.noChairsAdmin : SETUP.addChairs}
              </button>
            </p>
            {all.length === 0 ? reason === null ? null : <p class="none">{SETUP.noChairs}</p> : <ChairTable chairs={byLabel(all)} devices={devices} reason={reason} open={setOpen} />}
            {open === "add" ? <AddChairs chairs={all} close={close} again={chairs.again} /> : null}
            {open === null || open === "add" ? null : <ChangeChair key={open.id} chair={open} chairs={all} close={close} again={chairs.again} />}
          </>
        )}
      </Shows>
    </>
  );
}

interface TableParts {
  readonly chairs: readonly Chair[];
  readonly devices: readonly Device[];
  readonly reason: string | null;
  readonly open: (chair: Chair) => void;
}

function ChairTable({ chairs, devices, reason, open }: TableParts) {
  return (
    <Wide label={SETUP.chairs}>
      <table class="table" data-test="chairs">
        <Heads names={[SETUP.chair, SETUP.room, SETUP.devicesHere]} acts />
        <tbody>
          {chairs.map((chair) => (
            <tr key={chair.id} data-test="chair-row" data-label={chair.label}>
              <th scope="row">{chair.label}</th>
              <td>{chair.room ?? SETUP.none}</td>
              <td>
                {devices
                  .filter((device) => device.chair_id === chair.id)
                  .map((device) => device.label)
                  .join(", ") || SETUP.none}
              </td>
              <ChangeCell of={chair.label} test="change-chair" reason={reason} open={() => open(chair)} />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
