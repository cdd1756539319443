/** Forms: fields that say what is wrong beside them, keep what was typed, and cannot be sent while the server is unheard. */

import { createContext, type ComponentChildren, type InputHTMLAttributes, type TargetedEvent, type TargetedInputEvent } from "preact";
import { useContext, useId, useMemo, useRef } from "preact/hooks";
import { request } from "../api/http.ts";
import { Writing, type Change, type Refusal } from "../api/write.ts";
import { F, refusalWords } from "../words.ts";
import { useShown } from "./context.ts";

/** A form's own line to the server, kept over redraws. */
export function useWriting(): Writing {
  const { account, station } = useShown();
  return useMemo(
    () =>
      new Writing(
        request,
        (wanted) => station.headers(wanted),
        () => void account.check(),
      ),
    [account, station],
  );
}

/** Why nothing can be saved now, or null. */
export function useBlocked(): string | null {
  const { screen } = useShown();
  return screen.trusted.value ? null : F.offline;
}

const RefusalContext = createContext<Refusal | null>(null);

interface FormParts<T> {
  readonly label: string;
  readonly writing: Writing;
  /** What to send, from what the fields hold; null when the form itself sees that it is not whole. */
  readonly change: (fields: FormData) => Change | null;
  readonly done: (body: T) => void;
  readonly submit?: string;
  readonly cancel?: (() => void) | undefined;
  readonly class?: string;
  readonly children?: ComponentChildren;
  /** How a condition that is not met is said; the server's own sentence otherwise. */
  readonly gateWords?: ((code: string, detail: string) => string) | undefined;
  /** Stands before any login, where no live connection says whether the server is heard. */
  readonly beforeLogin?: boolean;
}

/** Sends on Enter and on its button; what was typed stays until it is saved. */
export function Form<T>({ label, writing, change, done, submit = F.save, cancel, class: name = "", children, gateWords, beforeLogin = false }: FormParts<T>) {
  const form = useRef<HTMLFormElement>(null);
  const unheard = useBlocked();
  const blocked = beforeLogin ? null : unheard;
  const busy = writing.busy.value;
  const refusal = writing.refusal.value;

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (form.current === null || blocked !== null) return;
    const asked = change(new FormData(form.current));
    if (asked === null) return;
    const answer = await writing.run<T>(asked);
    if (answer !== null) done(answer.body);
    else form.current.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }

  return (
    <form ref={form} class={`form ${name}`} aria-label={label} onSubmit={(event) => void send(event)} noValidate>
      <RefusalContext.Provider value={refusal}>{children}</RefusalContext.Provider>
      {refusal === null ? null : <Refused refusal={refusal} gateWords={gateWords} beside={(path) => hasField(form.current, path)} />}
      <div class="form-end">
        <button type="submit" class="btn fill" disabled={busy || blocked !== null} title={blocked ?? undefined} data-test="submit">
          {busy ? F.saving : blocked === null ? submit : `${submit} (${blocked})`}
        </button>
        {cancel === undefined ? null : (
          <button type="button" class="btn" onClick={cancel} data-test="cancel">
            {F.cancel}
          </button>
        )}
      </div>
    </form>
  );
}

/** Whether the form has a field where a refusal of `path` is shown: its own, or one that it is inside of. */
function hasField(form: HTMLElement | null, path: string): boolean {
  const names = Array.from(form?.querySelectorAll<HTMLElement>("[data-field]") ?? [], (field) => field.dataset["field"] ?? "");
  return names.some((name) => path === name || path.startsWith(`${name}.`));
}

interface RefusedParts {
  readonly refusal: Refusal;
  readonly gateWords?: ((code: string, detail: string) => string) | undefined;
  /** Which refusals are shown beside a field already; left out: none. */
  readonly beside?: (path: string) => boolean;
}

/** What the server said no to. Fields say their own beside them; what has no field here is said in full. */
export function Refused({ refusal, gateWords, beside = () => false }: RefusedParts) {
  const { status, problem, gates, fields } = refusal;
  const coded = status === 409 || status === 403;
  return (
    <div class="refusal" role="alert" data-test="refusal" data-code={problem.code}>
      <p>{gates.length > 0 ? F.gates : coded && gateWords !== undefined ? gateWords(problem.code, problem.detail) : refusalWords(status, problem.detail)}</p>
      {gates.length === 0 ? null : (
        <ul>
          {gates.map(({ code, detail }) => (
            <li key={code + detail} data-gate={code}>
              {gateWords?.(code, detail) ?? detail}
            </li>
          ))}
        </ul>
      )}
      {status !== 422 ? null : (
        <ul>
          {[...fields].map(([path, detail]) => (
            <li key={path} class={beside(path) ? "sr" : ""}>
              {path === "" ? detail : `${path}: ${detail}`}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What the server said of a field: by its path in the body, or of anything inside it. */
export function useFieldError(name: string): string | null {
  const fields = useContext(RefusalContext)?.fields;
  if (fields === undefined) return null;
  for (const [path, detail] of fields) if (path === name || path.startsWith(`${name}.`)) return detail;
  return null;
}

interface InputParts {
  readonly type?: "text" | "number" | "password" | "date" | "time" | "datetime-local" | "search" | "tel";
  readonly value?: string | number;
  readonly defaultValue?: string | number;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly autocomplete?: string;
  readonly inputMode?: "text" | "numeric" | "decimal" | "tel" | "search";
  readonly min?: string | number;
  readonly max?: string | number;
  readonly step?: string | number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly list?: string;
  readonly onInput?: (event: TargetedInputEvent<HTMLInputElement>) => void;
}

interface FieldParts extends InputParts {
  readonly label: string;
  /** The field's path in the body that is sent: where a refusal of it is shown. */
  readonly name: string;
  readonly hint?: string;
  /** What the form itself found wrong with it. */
  readonly error?: string | null;
  readonly unit?: string;
}

/** A labelled input with its hint and its refusal. */
export function Field({ label, name, hint, error = null, unit, ...input }: FieldParts) {
  const id = useId();
  const refused = useFieldError(name);
  const said = error ?? refused;
  return (
    <div class="field" data-field={name}>
      <label for={id}>{label}</label>
      <span class="with-unit">
        <input id={id} name={name} aria-invalid={said !== null} aria-describedby={`${id}-said`} data-test={`field-${name}`} {...(input as InputHTMLAttributes)} />
        {unit === undefined ? null : <span class="unit">{unit}</span>}
      </span>
      <Said id={id} hint={hint} error={said} />
    </div>
  );
}

interface ChoiceParts {
  readonly label: string;
  readonly name: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly value?: string;
  readonly defaultValue?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly onChange?: (event: TargetedEvent<HTMLSelectElement>) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** A labelled list to choose one from. */
export function Choice({ label, name, hint, error = null, options, ...select }: ChoiceParts) {
  const id = useId();
  const refused = useFieldError(name);
  const said = error ?? refused;
  return (
    <div class="field" data-field={name}>
      <label for={id}>{label}</label>
      <select id={id} name={name} aria-invalid={said !== null} aria-describedby={`${id}-said`} data-test={`field-${name}`} {...select}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Said id={id} hint={hint} error={said} />
    </div>
  );
}

interface TextParts {
  readonly value?: string;
  readonly defaultValue?: string;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly rows?: number;
  readonly onInput?: (event: TargetedInputEvent<HTMLTextAreaElement>) => void;
  readonly label: string;
  readonly name: string;
  readonly hint?: string;
  readonly error?: string | null;
}

/** A labelled field of several lines. */
export function Text({ label, name, hint, error = null, ...area }: TextParts) {
  const id = useId();
  const refused = useFieldError(name);
  const said = error ?? refused;
  return (
    <div class="field" data-field={name}>
      <label for={id}>{label}</label>
      <textarea id={id} name={name} rows={2} aria-invalid={said !== null} aria-describedby={`${id}-said`} data-test={`field-${name}`} {...area} />
      <Said id={id} hint={hint} error={said} />
    </div>
  );
}

function Said({ id, hint, error }: { id: string; hint: string | undefined; error: string | null }) {
  return (
    <small id={`${id}-said`} class={error === null ? "hint" : "refusal"} data-test={error === null ? undefined : "field-refused"}>
      {error ?? hint ?? ""}
    </small>
  );
}
