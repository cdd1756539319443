/** The patient's own numbers before the dose: which cuff readings count, which are left out and why, and locking. */

import { useState } from "preact/hooks";
import { cuffsOf, keyOf, type Columns, type Cuff } from "../../core/cuffs.ts";
import { hhmm, millis } from "../../core/time.ts";
import type { LockedBaseline } from "../../wire/detail.ts";
import { ACT, ACTS, BASE, number } from "../../words.ts";
import { Field } from "../form.tsx";
import { sessionPath, useCase } from "./case.ts";
import { NotRead } from "./not-read.tsx";
import { useRead } from "./read.ts";
import { Task } from "./task.tsx";

const pressure = ({ systolic, diastolic }: { readonly systolic: number | null; readonly diastolic: number | null }): string =>
  `${systolic === null ? "–" : number(systolic)}/${diastolic === null ? "–" : number(diastolic)}`;

interface CandidateParts {
  readonly cuff: Cuff;
  readonly index: number;
  readonly used: boolean;
  readonly out: string | undefined;
  readonly leave: (reason: string | null) => void;
}

function Candidate({ cuff, index, used, out, leave }: CandidateParts) {
  const [left, setLeft] = useState(false);
  const note = cuff.voided ? BASE.struck : cuff.doubtful ? BASE.doubtful : used ? BASE.used : "";
  return (
    <li data-test="candidate" data-left={left}>
      <div class="candidate">
        <time dateTime={cuff.at}>{hhmm(millis(cuff.at))}</time>
        <b>{pressure(cuff)}</b>
        <span class="hint">{out === undefined ? note : out}</span>
        {cuff.voided || out !== undefined ? null : (
          <label class="tick">
            <input
              type="checkbox"
              checked={left}
              data-test="leave-out"
              onChange={(event) => {
                setLeft(event.currentTarget.checked);
                leave(event.currentTarget.checked ? "" : null);
              }}
            />
            {BASE.leaveOut}
          </label>
        )}
      </div>
      {left ? <Field label={ACT.why} name={`exclude.${index}.reason`} list="baseline-reasons" onInput={(event) => leave(event.currentTarget.value)} /> : null}
    </li>
  );
}

export function Baseline() {
  const { detail, tile } = useCase();
  const from = detail.phases.find(({ phase }) => phase === "preparing")?.from;
  const read = useRead<Columns>(from === undefined ? null : sessionPath(detail.id, `readings?cuff=true&from=${encodeURIComponent(from)}`));
  const { body } = read;
  const [left, setLeft] = useState<ReadonlyMap<string, { readonly cuff: Cuff; readonly reason: string }>>(new Map());
  const dosed = millis(detail.dosing?.started_at);
  const cuffs = body === null ? [] : cuffsOf(body).filter((cuff) => Number.isNaN(dosed) || millis(cuff.at) <= dosed);
  const locked = detail.baseline;
  const used = new Set((locked?.readings ?? []).map(keyOf));
  const out = new Map((locked?.excluded ?? []).map((one) => [keyOf(one), one.reason]));
  const chosen = [...left.values()];

  function leave(cuff: Cuff, reason: string | null): void {
    const next = new Map(left);
    if (reason === null) next.delete(keyOf(cuff));
    else next.set(keyOf(cuff), { cuff, reason });
    setLeft(next);
  }

  return (
    <Task
      title={ACTS.baseline}
      test="baseline"
      path="baseline"
      submit={locked === null ? BASE.lock : BASE.correct}
      body={() => ({ exclude: chosen.map(({ cuff, reason }) => ({ device: cuff.device, seq: cuff.seq, reason })) })}
      before={<Standing locked={locked} progress={tile?.session?.baseline_progress ?? null} />}
    >
      <h3>{BASE.candidates}</h3>
      <NotRead of={read} />
      {body !== null && cuffs.length === 0 ? <p class="none">{BASE.nothing}</p> : null}
      <ul class="candidates">
        {cuffs.map((cuff) => (
          <Candidate key={keyOf(cuff)} cuff={cuff} used={used.has(keyOf(cuff))} out={out.get(keyOf(cuff))} index={[...left.keys()].indexOf(keyOf(cuff))} leave={(reason) => leave(cuff, reason)} />
        ))}
      </ul>
      <datalist id="baseline-reasons">
        {BASE.reasons.map((reason) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
      <p class="hint">{BASE.rule}</p>
    </Task>
  );
}

export interface Progress {
  readonly have: number;
  readonly need: number;
}

function Standing({ locked, progress }: { locked: LockedBaseline | null; progress: Progress | null }) {
  if (locked !== null) return <p data-test="locked">{BASE.locked(pressure(locked), locked.locked_by_name ?? ACT.somebody, hhmm(millis(locked.locked_at)))}</p>;
  return progress === null ? null : <p data-test="progress">{BASE.progress(progress.have, progress.need)}</p>;
}
