/** What the patient feels: one tap on the symptom, red flags first, and one on how bad it is. */

import { useState } from "preact/hooks";
import { ACT, ACTS, SYMPTOM, gateWords, warningWords } from "../../words.ts";
import { Refused, useBlocked, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { sessionPath, useCase } from "./case.ts";
import { EventTask, useStanding, type Recorded } from "./event.tsx";
import { Field } from "../form.tsx";
import { close, recorded } from "./open.ts";
import { Pick } from "./pick.tsx";
import { NotRead } from "./not-read.tsx";
import { useRead } from "./read.ts";

export interface Catalogue {
  readonly severity: readonly [number, number];
  readonly terms: readonly { readonly term: string; readonly text: string; readonly also: readonly string[]; readonly red_flag: boolean }[];
}

interface Told {
  readonly text: string;
  readonly severity: number;
  readonly answer: Recorded;
}

/** Stays open: a patient who feels one thing often feels another. */
export function Symptom() {
  const { detail, refresh } = useCase();
  const read = useRead<Catalogue>("symptoms");
  const catalogue = read.body;
  const writing = useWriting();
  const blocked = useBlocked();
  const [chosen, setChosen] = useState<string | null>(null);
  const [other, setOther] = useState("");
  const [told, setTold] = useState<readonly Told[]>([]);

  async function tell(term: string, text: string, severity: number): Promise<void> {
    const answer = await writing.run<Recorded>({ path: sessionPath(detail.id, "events"), body: { kind: "symptom", term, severity } });
    if (answer === null) return;
    setTold([{ text, severity, answer: answer.body }, ...told]);
    setChosen(null);
    recorded.value += 1;
    refresh();
  }
  const severities = (term: string, text: string) => (
    <div class="chips severities" role="group" aria-label={`${text}: ${ACT.severity}`}>
      {SYMPTOM.severities.map((word, severity) => (
        <button key={word} type="button" class="btn" disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test={`severity-${severity}`} onClick={() => void tell(term, text, severity)}>
          {word}
        </button>
      ))}
    </div>
  );
  const group = (red: boolean) => (
    <section>
      <h3>{red ? SYMPTOM.red : SYMPTOM.others}</h3>
      <ul class="terms" data-red={red}>
        {(catalogue?.terms ?? [])
          .filter(({ red_flag }) => red_flag === red)
          .map(({ term, text }) => (
            <li key={term}>
              <button type="button" class="btn" aria-expanded={chosen === term} data-focus={red ? "" : undefined} data-test={`term-${term}`} onClick={() => setChosen(chosen === term ? null : term)}>
                {text}
              </button>
              {chosen === term ? severities(term, text) : null}
            </li>
          ))}
      </ul>
    </section>
  );
  return (
    <Panel title={ACTS.symptom} close={close} test="panel-symptom">
      {blocked === null ? null : <p class="refusal">{blocked}</p>}
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} gateWords={gateWords} />}
      {told.length === 0 ? null : <ToldList told={told} />}
      <NotRead of={read} />
      {group(true)}
      {group(false)}
      <Field label={ACT.otherWords} name="term" autocomplete="off" value={other} onInput={(event) => setOther(event.currentTarget.value)} />
      {other.trim() === "" ? null : severities(other.trim(), other.trim())}
    </Panel>
  );
}

function ToldList({ told }: { told: readonly Told[] }) {
  return (
    <ul class="told" role="status" data-test="told">
      {told.map(({ text, severity, answer }) => (
        <li key={answer.id}>
          <b>{`${ACT.recorded}: ${text}, ${(SYMPTOM.severities[severity] ?? "").toLowerCase()}`}</b>
          {(answer.warnings ?? []).map(({ code, detail }) => (
            <span key={code} class="hint">
              {warningWords(code, detail)}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** The same as a form: for the correction of one that was told. */
export function SymptomAgain() {
  const standing = useStanding();
  const { body } = useRead<Catalogue>("symptoms");
  return (
    <EventTask kind="symptom" title={ACTS.symptom} submit={ACT.record} numbers={["severity"]}>
      <Field label={ACTS.symptom} name="term" list="terms" defaultValue={standing("term") ?? ""} />
      <datalist id="terms">
        {(body?.terms ?? []).map(({ term, text }) => (
          <option key={term} value={term} label={text} />
        ))}
      </datalist>
      <Severity chosen={standing("severity")} />
    </EventTask>
  );
}

export const Severity = ({ chosen }: { chosen: string | undefined }) => (
  <Pick label={ACT.severity} name="severity" chosen={chosen} options={SYMPTOM.severities.map((label, value) => ({ value: String(value), label }))} />
);
