/** One act on a session: a panel with its form, sent once; what the server warns of stays until it was read. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Change } from "../../api/write.ts";
import { begunOf } from "../../core/record.ts";
import { momentNear, momentOf } from "../../core/when.ts";
import { ACT, gateWords, warningWords } from "../../words.ts";
import { useScreen } from "../context.ts";
import { Field, Form, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { sessionPath, useCase } from "./case.ts";
import { close, recorded } from "./open.ts";
import { Lost } from "./lost.tsx";

export interface Warned {
  readonly warnings?: readonly { readonly code: string; readonly detail: string }[] | undefined;
}

interface TaskParts<T> {
  readonly title: string;
  readonly test: string;
  /** Below the session's own address. */
  readonly path: string;
  readonly method?: "POST" | "PUT";
  readonly submit: string;
  readonly body: (fields: FormData) => unknown;
  readonly signed?: boolean;
  /** Beside closing the panel. Answering true keeps it open: there is more to do in it. */
  readonly done?: (answer: T) => boolean | void;
  /** What follows once it is saved and its warnings were read; left out: the panel closes. */
  readonly next?: (() => void) | undefined;
  /** There is nothing to send just now: only what stands before the form is shown. */
  readonly hidden?: boolean;
  /** Above the form: nothing that is sent. */
  readonly before?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** Everybody's list of what to know besides: said once, closed by the person who read it. */
export function Warnings({ of, title, read }: { of: Warned; title: string; read: () => void }) {
  return (
    <div class="warned" role="alert" data-test="warned">
      <p>{title}</p>
      <ul>
        {(of.warnings ?? []).map(({ code, detail }) => (
          <li key={code} data-code={code}>
            {warningWords(code, detail)}
          </li>
        ))}
      </ul>
      <button type="button" class="btn fill" data-test="read" onClick={read}>
        {ACT.read}
      </button>
    </div>
  );
}

export function Task<T extends object>({ title, test, path, method = "POST", submit, body, signed = false, hidden = false, done, next = close, before, children }: TaskParts<T>) {
  const { detail, refresh } = useCase();
  const writing = useWriting();
  const [warned, setWarned] = useState<Warned | null>(null);

  function saved(answer: T): void {
    recorded.value += 1;
    refresh();
    const told = (answer ?? {}) as Warned;
    const stays = done?.(answer) === true;
    if ((told.warnings?.length ?? 0) > 0) setWarned(told);
    else if (!stays) next();
  }
  const change = (fields: FormData): Change => ({ method, path: sessionPath(detail.id, path), body: body(fields), signed });

  return (
    <Panel title={title} close={close} test={`panel-${test}`}>
      {warned !== null ? (
        <Warnings of={warned} title={ACT.savedBut} read={next} />
      ) : (
        <>
          {before}
          {hidden ? null : (
            <Form<T> label={title} writing={writing} change={change} done={saved} submit={submit} cancel={close} gateWords={gateWords}>
              {children}
              <Lost refusal={writing.refusal.value} session={detail.id} />
            </Form>
          )}
        </>
      )}
    </Panel>
  );
}

/** The moment of what is told: now unless another time is typed. Its name is `when`; `whenOf` takes it out of the fields. */
export function When({ name = "at", label = ACT.when }: { name?: string; label?: string }) {
  const [other, setOther] = useState(false);
  if (!other)
    return (
      <p class="when">
        {label}: <b>{ACT.now}</b>
        <button type="button" class="btn" data-test={`other-${name}`} onClick={() => setOther(true)}>
          {ACT.otherTime}
        </button>
      </p>
    );
  return <Field label={label} name={name} type="time" hint={ACT.timeHint} />;
}

/** Puts the moment that was typed into `name` in the place of its hours and minutes. `near`: of what is corrected. */
export function useMoment(near: number | null = null): <B extends object>(body: B, name?: string) => B {
  const { now } = useScreen();
  const since = begunOf(useCase().detail) ?? undefined;
  return (body, name = "at") => {
    const { [name]: typed, ...rest } = body as Record<string, unknown>;
    const moment = typeof typed !== "string" ? null : near === null ? momentOf(typed, now.peek(), since) : momentNear(typed, near);
    return (moment === null ? rest : { ...rest, [name]: moment }) as typeof body;
  };
}

