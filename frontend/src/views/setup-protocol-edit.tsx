/** A new version of a protocol: its text with numbered lines, checked by the server before it is saved, mistakes beside their lines. */

import { useRef, useState } from "preact/hooks";
import { mistakesOf, type Mistake } from "../core/setup.ts";
import { F, SETUP } from "../words.ts";
import { Refused, useBlocked } from "./form.tsx";
import { ChangesTable, type ChangeRow, type Protocol } from "./setup-protocol-tables.tsx";
import { useSetupWriting } from "./setup-read.tsx";

interface Checked {
  readonly text: string;
  readonly version: number;
  readonly changes: readonly ChangeRow[];
}

interface EditorParts {
  readonly protocol: Protocol;
  readonly newest: number;
  readonly cancel: () => void;
  readonly saved: (version: number) => void;
}

/** Height of a line of the text, in pixels, as in the style sheet. */
const LINE_PX = 20;

export function ProtocolEditor({ protocol, newest, cancel, saved }: EditorParts) {
  const writing = useSetupWriting();
  const blocked = useBlocked();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(protocol.toml);
  const [checked, setChecked] = useState<Checked | null>(null);
  const refusal = writing.refusal.value;
  const mistakes = refusal?.problem.code === "bad_protocol" ? mistakesOf(refusal.problem["errors"]) : [];
  const busy = writing.busy.value;
  const fresh = checked?.text === text ? checked : null;

  async function check(): Promise<void> {
    const answer = await writing.run<{ version_would_be: number; changes: readonly ChangeRow[] }>({ path: "protocols?dry_run=true", body: { toml: text } });
    setChecked(answer === null ? null : { text, version: answer.body.version_would_be, changes: answer.body.changes });
  }

  async function save(): Promise<void> {
    const answer = await writing.run<{ version: number }>({ path: "protocols", body: { toml: text } });
    if (answer !== null) saved(answer.body.version);
  }

  function typed(value: string): void {
    setText(value);
    writing.clear();
  }

  /** Puts the cursor at the beginning of a line and the line in sight. */
  function goTo(line: number): void {
    const at = text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
    area.current?.closest(".editor")?.scrollTo({ top: Math.max(0, (line - 5) * LINE_PX) });
  }

  return (
    <div class="stack" data-test="editor">
      <Numbered area={area} text={text} mistakes={mistakes} typed={typed} />
      {refusal === null ? null : mistakes.length === 0 ? <Refused refusal={refusal} /> : <Mistakes mistakes={mistakes} goTo={goTo} />}
      {fresh === null ? null : <Difference checked={fresh} before={newest} />}
      <div class="form-end">
        <button type="button" class="btn" disabled={busy || blocked !== null} title={blocked ?? undefined} data-test="check" onClick={() => void check()}>
          {busy ? SETUP.checking : SETUP.check}
        </button>
        <button
          type="button"
          class="btn fill"
          disabled={busy || blocked !== null || fresh === null || fresh.changes.length === 0}
          title={blocked ?? undefined}
          data-test="save-version"
          onClick={() => void save()}
        >
          {fresh === null ? `${F.save} (${SETUP.checkedFirst})` : SETUP.saveVersion(fresh.version)}
        </button>
        <button type="button" class="btn" data-test="cancel" onClick={cancel}>
          {F.cancel}
        </button>
      </div>
    </div>
  );
}

interface NumberedParts {
  readonly area: preact.RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  readonly typed: (text: string) => void;
}

/** The text never wraps, so that a number, its line and its mistake stand at one height and scroll together. */
function Numbered({ area, text, mistakes, typed }: NumberedParts) {
  const lines = text.split("\n");
  const wrong = new Map<number, string[]>();
  for (const { line, text: said } of mistakes) if (line !== null) wrong.set(line, [...(wrong.get(line) ?? []), said]);
  const widest = lines.reduce((most, line) => Math.max(most, line.length), 60);
  return (
    <div class="editor" tabIndex={-1}>
      <div class="gutter" aria-hidden="true">
        {lines.map((_, index) => (
          <i key={index} data-wrong={wrong.has(index + 1)}>
            {index + 1}
          </i>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label={SETUP.tomlText}
        value={text}
        rows={lines.length}
        cols={widest + 2}
        wrap="off"
        spellcheck={false}
        autocapitalize="none"
        data-test="toml-text"
        onInput={(event) => typed(event.currentTarget.value)}
      />
      <div class="beside" aria-hidden="true">
        {[...wrong].map(([line, said]) => (
          <span key={line} style={{ top: `${(line - 1) * LINE_PX}px` }} title={said.join(" ")} data-test="beside-line">
            {said.join(" ")}
          </span>
        ))}
      </div>
    </div>
  );
}

function Mistakes({ mistakes, goTo }: { mistakes: readonly Mistake[]; goTo: (line: number) => void }) {
  return (
    <div class="refusal" role="alert" data-test="mistakes">
      <p>{SETUP.mistakes(mistakes.length)}</p>
      <ul class="plain">
        {mistakes.map(({ line, text }, index) => (
          <li key={index}>
            {line === null ? null : (
              <button type="button" class="btn" data-test="go-to-line" onClick={() => goTo(line)}>
                {SETUP.line(line)}
              </button>
            )}{" "}
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Difference({ checked, before }: { checked: Checked; before: number }) {
  if (checked.changes.length === 0) return <p role="status">{SETUP.same}</p>;
  return (
    <section class="card" aria-labelledby="difference" data-test="difference">
      <h2 id="difference">{SETUP.would(checked.version)}</h2>
      <p role="status">{SETUP.applies(before, checked.version)}</p>
      <ChangesTable changes={checked.changes} />
    </section>
  );
}
