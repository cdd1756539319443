/** What a nurse observes before the dose and before going home: one tap an item, recorded at once, each with its age. */

import { useEffect, useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import { millis } from "../../core/time.ts";
import { ACT, ACTS, AFTER_MINUTES, ASSESS, ITEMS, SEAT, evidenceWords, gateWords, personName, type Item } from "../../words.ts";
import { useScreen } from "../context.ts";
import { Field, Form, Refused, useBlocked, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { sessionPath, useCase } from "./case.ts";
import { NotRead } from "./not-read.tsx";
import { close, recorded } from "./open.ts";
import { Pick, YES_NO } from "./pick.tsx";
import { useRead } from "./read.ts";

export interface Assessed {
  readonly kind: "pre_dose" | "discharge";
  readonly at: string;
  readonly by_name?: string | null;
  readonly values: Readonly<Record<string, unknown>>;
}

interface Seen {
  readonly value: unknown;
  readonly at: string;
  readonly by: string | null;
}

/** The newest of each item; of the Aldrete score the newest of each of its parts. */
export function newest(rows: readonly Assessed[], kind: Assessed["kind"]): ReadonlyMap<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const row of [...rows].filter((one) => one.kind === kind).sort((a, b) => millis(a.at) - millis(b.at)))
    for (const [item, value] of Object.entries(row.values)) {
      const by = personName(row.by_name);
      const parts = item === "aldrete" && typeof value === "object" && value !== null ? Object.entries(value).map(([part, score]) => [`aldrete.${part}`, score] as const) : [[item, value] as const];
      for (const [name, said] of parts) seen.set(name, { value: said, at: row.at, by });
    }
  return seen;
}

const said = (item: Item, { value }: Seen): string => (typeof value === "boolean" ? (value ? ACT.yes : ACT.no) : (item.options?.find((option) => option.value === String(value))?.label ?? evidenceWords(value)));

/** Sends one item's value; the page learns of it at once. */
function useRecord(kind: Assessed["kind"]) {
  const { detail, refresh } = useCase();
  const writing = useWriting();
  // What was not saved does not stay chosen: a radio button that is on cannot be tapped again.
  const [unsaved, setUnsaved] = useState(0);
  const record = async (values: unknown): Promise<void> => {
    if ((await writing.run({ path: sessionPath(detail.id, "assessments"), body: { kind, values } })) === null) setUnsaved((times) => times + 1);
    recorded.value += 1; // also without an answer: what is read again says what came of it
    refresh();
  };
  return { writing, record, unsaved };
}

function ItemRow({ item, kind, seen }: { item: Item; kind: Assessed["kind"]; seen: Seen | undefined }) {
  const { now } = useScreen();
  const { writing, record, unsaved } = useRecord(kind);
  useEffect(() => writing.settle(), [seen?.at]); // seen since: the same answer once more is a new one
  const blocked = useBlocked();
  const hint = seen === undefined ? ASSESS.open : ASSESS.seen(said(item, seen), AFTER_MINUTES((now.value - millis(seen.at)) / 60_000), seen.by);
  const send = (value: string): void => {
    const typed = item.options === undefined ? value === "yes" : item.scored === true ? Number(value) : value;
    const [outer = "", inner] = item.name.split(".");
    void record(inner === undefined ? { [outer]: typed } : { [outer]: { [inner]: typed } });
  };
  return (
    <fieldset class="bare" disabled={blocked !== null || writing.busy.value} data-item={item.name} data-seen={seen !== undefined}>
      <Pick key={unsaved} label={item.label} name={item.name} options={item.options ?? YES_NO} hint={blocked ?? hint} onPick={send} />
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} gateWords={gateWords} />}
    </fieldset>
  );
}

/** Who takes the patient home: written once, and whether they are here asked again. */
function Escort({ kind, seen }: { kind: Assessed["kind"]; seen: Seen | undefined }) {
  const { detail, refresh } = useCase();
  const { now } = useScreen();
  const writing = useWriting();
  const before = (seen?.value ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof before[name] === "string" ? before[name] : "");
  return (
    <section data-item="escort" data-seen={seen !== undefined}>
      <h3>{ASSESS.escort}</h3>
      <p class="hint">{seen === undefined ? ASSESS.open : ASSESS.seen(before["present"] === true ? ASSESS.here : ASSESS.notHere, AFTER_MINUTES((now.value - millis(seen.at)) / 60_000), seen.by)}</p>
      <Form
        key={seen?.at ?? ""}
        label={ASSESS.escort}
        writing={writing}
        submit={ASSESS.saveEscort}
        gateWords={gateWords}
        change={(fields) => ({ path: sessionPath(detail.id, "assessments"), body: { kind, values: bodyOf(fields, [], ["escort.present"]) } })}
        done={() => {
          recorded.value += 1;
          refresh();
        }}
      >
        <Field label={SEAT.name} name="escort.name" autocomplete="off" defaultValue={text("name")} />
        <div class="form-row">
          <Field label={ASSESS.relation} name="escort.relation" autocomplete="off" defaultValue={text("relation")} />
          <Field label={ASSESS.phone} name="escort.phone" type="tel" autocomplete="off" defaultValue={text("phone")} />
        </div>
        <Pick label={ASSESS.present} name="escort.present" options={YES_NO} chosen="yes" />
      </Form>
    </section>
  );
}

interface ItemsParts {
  readonly kind: Assessed["kind"];
  /** Only these, by the codes of the criteria that ask for them. */
  readonly only?: ReadonlySet<string>;
}

export function Items({ kind, only }: ItemsParts) {
  const { detail } = useCase();
  const read = useRead<readonly Assessed[]>(sessionPath(detail.id, "assessments"));
  const { body } = read;
  const seen = newest(body ?? [], kind);
  const asked = new Set(detail.readiness.criteria.map(({ code }) => code));
  const wanted = (code: string): boolean => (only === undefined ? kind === "pre_dose" || asked.size === 0 || asked.has(code) : only.has(code));
  return (
    <>
      <NotRead of={read} />
      {ITEMS.filter((item) => item.when.includes(kind) && wanted(item.criterion)).map((item) => (
        <ItemRow key={item.name} item={item} kind={kind} seen={seen.get(item.name)} />
      ))}
      {kind === "discharge" && wanted("escort") && body !== null ? <Escort kind={kind} seen={seen.get("escort")} /> : null}
    </>
  );
}

export function Assessment() {
  const { detail } = useCase();
  const [kind] = useState<Assessed["kind"]>(detail.phase === "preparing" || detail.phase === "scheduled" ? "pre_dose" : "discharge");
  return (
    <Panel title={kind === "pre_dose" ? ASSESS.preDose : ACTS.assessment} close={close} test="panel-assessment">
      <p class="hint">{ASSESS.hint}</p>
      <div class="form">
        <Items kind={kind} />
      </div>
      <div class="form-end">
        <button type="button" class="btn fill" data-test="done" onClick={close}>
          {ACT.done}
        </button>
      </div>
    </Panel>
  );
}
