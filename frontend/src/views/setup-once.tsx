/** A secret that is shown this once: large, to be copied, and gone when its panel is closed. */

import { useState } from "preact/hooks";
import { SETUP } from "../words.ts";

interface OnceParts {
  readonly label: string;
  readonly secret: string;
  readonly told: string;
  readonly close: () => void;
  /** What is shown and copied where the secret is only a part of it. */
  readonly command?: string;
}

export function Once({ label, secret, told, close, command }: OnceParts) {
  return (
    <div class="form" data-test="once">
      <p class="warn">{SETUP.once}</p>
      <Copied label={label} text={secret} test="secret" />
      <p>{told}</p>
      {command === undefined ? null : <Copied label={SETUP.simulateCommand} text={command} test="command" />}
      <div class="form-end">
        <button type="button" class="btn fill" data-test="kept" onClick={close}>
          {SETUP.kept}
        </button>
      </div>
    </div>
  );
}

function Copied({ label, text, test }: { label: string; text: string; test: string }) {
  const [said, setSaid] = useState("");
  /** On plain http the browser lends no clipboard; the text can still be selected. */
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(SETUP.copied);
    } catch (failure) {
      if (!(failure instanceof TypeError || failure instanceof DOMException)) throw failure;
      setSaid(SETUP.copyFailed);
    }
  }
  return (
    <div class="field">
      <span class="label">{label}</span>
      <code class="secret" tabIndex={0} data-test={test}>
        {text}
      </code>
      <span class="form-end">
        <button type="button" class="btn" data-test={`copy-${test}`} onClick={() => void copy()}>
          {SETUP.copy}
        </button>
        <small role="status">{said}</small>
      </span>
    </div>
  );
}
