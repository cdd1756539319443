/** The pre-treatment check: every question of the session's protocol, and what its answer means for today. */

import { useState } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import { ACT, ACTS, CHECK, type Option } from "../../words.ts";
import { Text } from "../form.tsx";
import { useCase } from "./case.ts";
import { Pick } from "./pick.tsx";
import { NotRead } from "./not-read.tsx";
import { useRead, type Read } from "./read.ts";
import { Task } from "./task.tsx";

export interface ScreeningItem {
  readonly item: string;
  readonly text: string;
  readonly level: "stop" | "clinician" | "record";
  readonly stops_on: string | null;
}

export interface PinnedProtocol {
  readonly code: string;
  readonly title: string;
  readonly screening: readonly ScreeningItem[];
}

const LEVELS = ["stop", "clinician", "record"] as const;

const ANSWERS: readonly Option[] = [
  { value: "yes", label: ACT.yes },
  { value: "no", label: ACT.no },
  { value: "unknown", label: ACT.notKnown },
];

/** The version that the session is pinned to. */
export function useProtocol(): Read<PinnedProtocol> {
  const { code, version } = useCase().detail.protocol;
  return useRead<PinnedProtocol>(`protocols/${encodeURIComponent(code)}/versions/${version}`);
}

function meaning(item: ScreeningItem, answer: string | undefined): string | undefined {
  if (item.level === "record" || answer === undefined) return undefined;
  if (answer === item.stops_on) return item.level === "stop" ? CHECK.stops : CHECK.decides;
  return answer === "unknown" ? CHECK.unknown : undefined;
}

/** Only what was answered anew is sent: the newest answer of each question counts, and all are kept. */
export function Screening() {
  const { detail } = useCase();
  const read = useProtocol();
  const protocol = read.body;
  const before = detail.screening.answers;
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const items = protocol?.screening ?? [];
  const now = (item: string): string | undefined => answers[item] ?? before[item];
  const done = items.filter(({ item }) => now(item) !== undefined).length;

  function body(fields: FormData): unknown {
    const given = bodyOf([["note", fields.get("note")]]);
    return { ...given, answers: Object.fromEntries(Object.entries(answers).filter(([item, answer]) => before[item] !== answer)) };
  }

  return (
    <Task title={ACTS.screening} test="screening" path="screening" submit={CHECK.save} body={body} before={protocol === null ? <NotRead of={read} /> : <p class="hint">{CHECK.progress(done, items.length)}</p>} hidden={protocol === null}>
      {LEVELS.map((level) => (
        <section key={level} class="questions" data-level-of={level}>
          <h3>{CHECK.level[level]}</h3>
          {items
            .filter((item) => item.level === level)
            .map((item) => {
              const said = meaning(item, now(item.item));
              return (
                <div key={item.item} data-item={item.item} data-means={said === undefined ? undefined : item.level}>
                  <Pick label={item.text} name={`answers.${item.item}`} options={ANSWERS} value={now(item.item) ?? ""} hint={said} onPick={(answer) => setAnswers({ ...answers, [item.item]: answer })} />
                </div>
              );
            })}
        </section>
      ))}
      <Text label={CHECK.note} name="note" hint={CHECK.noteHint} />
    </Task>
  );
}
