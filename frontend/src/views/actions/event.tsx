/** An event of a session: recorded as new, or in the place of an earlier one that it corrects. */

import { createContext, type ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import { bodyOf } from "../../core/body.ts";
import { hhmm, millis } from "../../core/time.ts";
import { ACT } from "../../words.ts";
import { Field } from "../form.tsx";
import { Task, When, useMoment, type Warned } from "./task.tsx";

/** An event as `GET /sessions/{id}/events` tells it. */
export interface Recorded extends Warned {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly by_name?: string | null;
  readonly text?: string | null;
  readonly reason?: string | null;
  readonly answers_alert?: string | null;
  readonly corrects?: string | null;
  readonly corrected_by?: string | null;
  readonly effect?: readonly { readonly minute: number; readonly due_at: string; readonly at: string | null; readonly systolic: number | null; readonly diastolic: number | null }[];
  readonly [field: string]: unknown;
}

/** The event that is being corrected; its values stand in the form. */
export const CorrectedContext = createContext<Recorded | null>(null);

/** What the corrected event says in a field, as text; nothing when none is being corrected. */
export function useStanding(): (field: string) => string | undefined {
  const corrected = useContext(CorrectedContext);
  return (field) => {
    const value = corrected?.[field];
    if (value === null || value === undefined) return undefined;
    return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  };
}

interface EventParts<T> {
  readonly kind: string;
  readonly title: string;
  readonly submit: string;
  readonly numbers?: readonly string[];
  readonly yesNo?: readonly string[];
  /** Times that are typed as hours and minutes, beside `at`. */
  readonly times?: readonly string[];
  readonly signed?: boolean;
  readonly hidden?: boolean;
  readonly done?: (answer: T) => boolean | void;
  readonly before?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function EventTask<T extends object = Recorded>({ kind, title, submit, numbers = [], yesNo = [], times = [], signed = false, hidden = false, done, before, children }: EventParts<T>) {
  const corrected = useContext(CorrectedContext);
  const moment = useMoment(corrected === null ? null : millis(corrected.at));
  function body(fields: FormData): unknown {
    let said = moment(bodyOf(fields, numbers, yesNo));
    for (const name of times) said = moment(said, name);
    // A correction stands at the times of what it corrects, unless others are typed.
    const kept = corrected === null ? [] : ["at", ...times].flatMap((name) => (typeof corrected[name] === "string" ? [[name, corrected[name]]] : []));
    return { kind, ...(corrected === null ? {} : { corrects: corrected.id }), ...Object.fromEntries(kept), ...said };
  }
  return (
    <Task<T>
      title={corrected === null ? title : ACT.correcting(title)}
      test={kind}
      path="events"
      submit={corrected === null ? submit : ACT.saveCorrection}
      body={body}
      signed={signed || corrected !== null}
      {...(done === undefined ? {} : { done })}
      hidden={hidden}
      before={before}
    >
      {children}
      {corrected === null ? <When /> : <Field label={ACT.when} name="at" type="time" hint={ACT.sameTime(hhmm(millis(corrected.at)))} />}
    </Task>
  );
}
