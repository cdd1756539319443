/** The opening check: what the server sees itself beside what only a person can say; signed, once a day. */

import { useEffect, useState } from "preact/hooks";
import { request } from "../api/http.ts";
import type { Change } from "../api/write.ts";
import { answersOf, incomplete, type Answers } from "../core/opening.ts";
import { hhmm, millis } from "../core/time.ts";
import { S, patientWords, type CheckAnswer, type CheckItem } from "../words.ts";
import type { Patient, Session } from "../wire/types.ts";
import { useShown } from "./context.ts";
import { Form, useBlocked, useFieldError, useWriting } from "./form.tsx";
import { useMay } from "./may.ts";
import { Panel } from "./panel.tsx";
import { soundHeard } from "./shift-start.tsx";

interface Draft {
  readonly date: string;
  readonly monitors: readonly { readonly device_id: string; readonly label: string; readonly chair_id: string | null; readonly clock_skew_s: number | null; readonly last_heard_at: string | null; readonly state: "ok" | "off" | "unknown" }[];
  readonly chairs: readonly { readonly chair_id: string; readonly label: string; readonly reading: { readonly device: string; readonly at: string; readonly what: string } | null }[];
  readonly on: readonly { readonly id: string; readonly name: string }[];
  readonly today: readonly { readonly session_id: string; readonly patient?: Patient | null; readonly chair: string | null; readonly scheduled_at: string | null; readonly protocol: string }[];
}

const ITEMS = Object.keys(S.items) as CheckItem[];
const ANSWERS = Object.keys(S.answers) as CheckAnswer[];

export function CheckCard() {
  const { store } = useShown().screen;
  const { act } = useMay();
  const blocked = useBlocked();
  const [open, setOpen] = useState(false);
  const [signed, setSigned] = useState<{ readonly signed_at: string; readonly by_name: string } | null>(null);
  const done = store.system.value?.opening_check ?? signed;
  return (
    <section class="card" aria-labelledby="opening" data-test="opening-check">
      <h2 id="opening">{S.check}</h2>
      <p data-test="check-state">{done === null ? S.checkOpen : S.checkDone(done.by_name, done.signed_at)}</p>
      {act ? (
        <button type="button" class={`btn ${done === null ? "fill" : "line"}`} data-test="check-start" disabled={blocked !== null} title={blocked ?? undefined} onClick={() => setOpen(true)}>
          {S.checkStart}
        </button>
      ) : null}
      <small class="hint">{S.checkHint}</small>
      {open ? <Check close={() => setOpen(false)} signed={setSigned} /> : null}
    </section>
  );
}

interface CheckParts {
  readonly close: () => void;
  readonly signed: (by: { readonly signed_at: string; readonly by_name: string }) => void;
}

function Check({ close, signed }: CheckParts) {
  const [draft, setDraft] = useState<Draft | "failed" | null>(null);
  useEffect(() => {
    let current = true;
    void request<Draft>("GET", "opening-checks/draft").then((answer) => {
      if (current) setDraft(answer.ok ? answer.body : "failed");
    });
    return () => {
      current = false;
    };
  }, []);
  return (
    <Panel title={S.check} close={close} test="check">
      {draft === null ? <p role="status">{S.loading}</p> : draft === "failed" ? <p role="alert">{S.failed}</p> : <CheckForm draft={draft} close={close} signed={signed} />}
    </Panel>
  );
}

function CheckForm({ draft, close, signed }: CheckParts & { draft: Draft }) {
  const { store } = useShown().screen;
  const writing = useWriting();
  const [answers, setAnswers] = useState<Answers>(() => (soundHeard.peek() === "yes" ? { sound_heard: "yes" } : soundHeard.peek() === "no" ? { sound_heard: "no" } : {}));
  const [missing, setMissing] = useState<readonly CheckItem[]>([]);
  function change(fields: FormData): Change | null {
    const left = incomplete(ITEMS, answers, (item) => String(fields.get(`notes.${item}`) ?? ""));
    setMissing(left);
    if (left.length > 0) return null;
    return { path: "opening-checks", signed: true, body: answersOf(ITEMS, answers, fields) };
  }
  return (
    <Form<{ readonly signed_at?: string; readonly by_name?: string }>
      label={S.check}
      writing={writing}
      submit={S.checkSign}
      cancel={close}
      change={change}
      done={(answer) => {
        if (answer.signed_at !== undefined && answer.by_name !== undefined) signed({ signed_at: answer.signed_at, by_name: answer.by_name });
        close();
      }}
    >
      <section>
        <h3>{S.monitors}</h3>
        {draft.monitors.length === 0 ? <p class="none">{S.noMonitors}</p> : null}
        <ul class="rows">
          {draft.monitors.map((monitor) => (
            <li key={monitor.device_id} class="row" data-test="monitor" data-state={monitor.state}>
              <span>
                <b>{monitor.label}</b> <small>{store.tile(monitor.chair_id ?? "")?.peek().chair.label ?? ""}</small>
              </span>
              <small>{monitor.state === "unknown" || monitor.clock_skew_s === null ? S.clockUnknown : monitor.state === "ok" ? S.clockOk : S.clockOff(monitor.clock_skew_s)}</small>
            </li>
          ))}
        </ul>
      </section>
      <fieldset>
        <legend>{S.testReading}</legend>
        {draft.chairs.map(({ chair_id, label, reading }) => (
          <label key={chair_id} class="tick" data-test="confirm-chair">
            <input type="checkbox" name="chairs_confirmed" value={chair_id} />
            <span>
              {S.confirmChair(label)}
              <small>{reading === null ? S.noReading : S.readingSeen(reading.what, reading.at)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {ITEMS.map((item) => (
        <Item key={item} item={item} answer={answers[item]} missing={missing.includes(item)} choose={(answer) => setAnswers({ ...answers, [item]: answer })} />
      ))}
      <section>
        <h3>{S.people}</h3>
        <p>{draft.on.length === 0 ? S.nobody : draft.on.map(({ name }) => name).join(", ")}</p>
        <h3>{S.todays}</h3>
        {draft.today.length === 0 ? <p class="none">{S.noneToday}</p> : null}
        <ul class="rows">
          {draft.today.map((planned) => (
            <li key={planned.session_id}>
              {planned.scheduled_at === null ? "" : `${hhmm(millis(planned.scheduled_at))} `}
              {patientWords({ patient: planned.patient ?? null } as Session)} <small>{[planned.chair, planned.protocol].filter(Boolean).join(" · ")}</small>
            </li>
          ))}
        </ul>
      </section>
    </Form>
  );
}

interface ItemParts {
  readonly item: CheckItem;
  readonly answer: CheckAnswer | undefined;
  readonly missing: boolean;
  readonly choose: (answer: CheckAnswer) => void;
}

/** Yes, no or not here by one tap; a no says what is wrong. */
function Item({ item, answer, missing, choose }: ItemParts) {
  const refused = useFieldError(`answers.${item}`) ?? useFieldError(`notes.${item}`);
  const said = refused ?? (missing ? (answer === "no" ? S.noteFor : S.answerAll) : null);
  return (
    <fieldset data-field={item} data-test="check-item">
      <legend>{S.items[item]}</legend>
      <div class="chips">
        {ANSWERS.map((one) => (
          <button key={one} type="button" class="btn" aria-pressed={answer === one} data-test={`${item}-${one}`} onClick={() => choose(one)}>
            {S.answers[one]}
          </button>
        ))}
      </div>
      {answer === "no" ? (
        <label class="field">
          <span>{S.noteFor}</span>
          <textarea name={`notes.${item}`} rows={2} maxLength={500} aria-invalid={said !== null} data-test={`note-${item}`} />
        </label>
      ) : null}
      {said === null ? null : (
        <small class="refusal" role="alert">
          {said}
        </small>
      )}
    </fieldset>
  );
}
