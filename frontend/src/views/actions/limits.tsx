/** Limits of this patient's own: what is in force, a new number with its reason, and what the newest value says to it. */

import { useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import { hhmm, millis } from "../../core/time.ts";
import type { Limit } from "../../wire/detail.ts";
import { ACT, ACTS, LIMITS, gateWords, limitName, limitValue, marks, priorityWord } from "../../words.ts";
import { Field, Form, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { sessionPath, useActBlocked, useCase } from "./case.ts";
import { close, recorded } from "./open.ts";
import { SecondPerson } from "./second.tsx";

interface Set extends Limit {
  readonly would_breach: boolean | null;
}

function inForce(limit: Limit): string {
  const last = limit.history.at(-1);
  return LIMITS.now(limitValue(limit), last === undefined ? "" : LIMITS.changed(last.by_name ?? ACT.somebody, hhmm(millis(last.from))));
}

/** Those of the present phase first. */
export function inOrder(limits: readonly Limit[], phase: string): readonly Limit[] {
  const here = (limit: Limit): boolean => limit.when.some((one) => one === phase);
  return [...limits.filter(here), ...limits.filter((limit) => !here(limit))];
}

export function Limits() {
  const { detail, refresh } = useCase();
  const writing = useWriting();
  const blocked = useActBlocked(true);
  const [code, setCode] = useState<string | null>(null);
  const [saved, setSaved] = useState<Set | null>(null);
  const limit = detail.limits.find((one) => one.code === code);
  const second = writing.refusal.value?.problem.code === "second_person_required" || (writing.refusal.value?.fields.has("second_person") ?? false);
  if (saved !== null) return <Saved limit={saved} />;
  return (
    <Panel title={ACTS.limits} close={close} test="panel-limits">
      {blocked === null ? null : <p class="refusal">{blocked}</p>}
      <ul class="choices limits">
        {inOrder(detail.limits, detail.phase).map((one) => (
          <li key={one.code} data-limit={one.code}>
            <button type="button" class="btn choice" aria-pressed={code === one.code} disabled={blocked !== null} title={blocked ?? undefined} data-test="limit" onClick={() => setCode(one.code)}>
              <b>
                <span aria-hidden="true">{marks({ kind: "physiological", priority: one.priority })} </span>
                <span class="sr">{priorityWord(one.priority)} </span>
                {limitName(one.code)}
              </b>
              <span>{inForce(one)}</span>
            </button>
            {limit === one ? (
              <Form<Set>
                label={limitName(one.code)}
                writing={writing}
                submit={LIMITS.save}
                gateWords={(code, said) => gateWords(code === "forbidden" ? "clinician_required" : code, said)}
                change={(fields) => ({ method: "PUT", path: sessionPath(detail.id, `limits/${one.code}`), body: bodyOf(fields, ["value"]), signed: true })}
                done={(answer) => {
                  recorded.value += 1;
                  refresh();
                  setSaved(answer);
                }}
              >
                <Field label={LIMITS.value} name="value" inputMode="decimal" autocomplete="off" hint={inForce(one)} />
                <Field label={ACT.reason} name="reason" list="limit-reasons" autocomplete="off" />
                <datalist id="limit-reasons">
                  {LIMITS.reasons.map((reason) => (
                    <option key={reason} value={reason} />
                  ))}
                </datalist>
                {second ? <SecondPerson why={LIMITS.second} /> : null}
              </Form>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Before the panel is left: whether the newest value would alarm under the new number. */
function Saved({ limit }: { limit: Set }) {
  const said = limit.would_breach === null ? LIMITS.breachUnknown : limit.would_breach ? LIMITS.breach : LIMITS.noBreach;
  return (
    <Panel title={ACTS.limits} close={close} test="panel-limits">
      <div class="warned" role="alert" data-test="would-breach" data-breach={String(limit.would_breach)}>
        <p>{`${limitName(limit.code)}: ${inForce(limit)}`}</p>
        <p>{said}</p>
        <button type="button" class="btn fill" data-test="read" onClick={close}>
          {ACT.read}
        </button>
      </div>
    </Panel>
  );
}
