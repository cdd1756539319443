/** What can be done to one account besides its name and roles: a new password, a new PIN, closing it and opening it again. */

import { useState } from "preact/hooks";
import type { Change } from "../api/write.ts";
import { SETUP } from "../words.ts";
import { Refused, useBlocked } from "./form.tsx";
import { freshPassword, type Person } from "./setup-people.tsx";
import { useSetupWriting } from "./setup-read.tsx";

interface ActsParts {
  readonly person: Person;
  readonly shown: (password: string) => void;
  readonly again: () => void;
  readonly close: () => void;
}

export function PersonActs({ person, shown, again, close }: ActsParts) {
  const writing = useSetupWriting();
  const blocked = useBlocked();
  const [told, setTold] = useState("");
  const refusal = writing.refusal.value;
  const path = `users/${person.id}`;
  const off = blocked !== null || writing.busy.value;

  async function run(change: Change, done: () => void): Promise<void> {
    if ((await writing.run(change)) !== null) done();
  }

  function password(): void {
    const made = freshPassword();
    void run({ method: "PATCH", path, body: { password: made } }, () => shown(made));
  }

  const switchAccount = (): void =>
    void run({ method: "PATCH", path, body: { active: !person.active } }, () => {
      again();
      close();
    });

  return (
    <div class="acts-list">
      {refusal === null ? null : <Refused refusal={refusal} />}
      <Act told={SETUP.newPasswordTold} label={SETUP.newPassword} test="new-password" off={off} act={password} />
      <Act told={told === "" ? SETUP.resetPinTold : told} label={SETUP.resetPin} test="reset-pin" off={off} act={() => void run({ method: "DELETE", path: `${path}/pin` }, () => setTold(SETUP.pinReset))} />
      <Act told={person.active ? SETUP.closeTold : ""} label={person.active ? SETUP.closeAccount : SETUP.openAccount} test="switch-account" off={off} act={switchAccount} />
    </div>
  );
}

interface ActParts {
  readonly told: string;
  readonly label: string;
  readonly test: string;
  readonly off: boolean;
  readonly act: () => void;
}

function Act({ told, label, test, off, act }: ActParts) {
  return (
    <div class="act-row">
      <p role="status">{told}</p>
      <button type="button" class="btn" disabled={off} data-test={test} onClick={act}>
        {label}
      </button>
    </div>
  );
}
