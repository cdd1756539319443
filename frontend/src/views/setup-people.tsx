/** People: added with a password that is shown once, given roles, and shut out by closing their account. */

import { useState } from "preact/hooks";
import type { Change } from "../api/write.ts";
import { newPassword } from "../core/setup.ts";
import { ROLE_WORDS, SETUP, SETUP_PARTS, roleName } from "../words.ts";
import { Field, Form, useFieldError } from "./form.tsx";
import { Panel } from "./panel.tsx";
import { PersonActs } from "./setup-person.tsx";
import { Once } from "./setup-once.tsx";
import { ChangeCell, Heads, Reason, Shows, useFewRead, useReason, useSetupWriting, Wide } from "./setup-read.tsx";

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly active: boolean;
}

export const freshPassword = (): string => newPassword(crypto.getRandomValues(new Uint8Array(64)));

function RoleTicks({ has, error }: { has: readonly string[]; error: string | null }) {
  const refused = useFieldError("roles");
  const said = error ?? refused;
  return (
    <fieldset data-field="roles" aria-describedby="roles-said">
      <legend>{SETUP.roles}</legend>
      {Object.entries(ROLE_WORDS).map(([role, [name, may]]) => (
        <label key={role} class="tick">
          <input type="checkbox" name="roles" value={role} defaultChecked={has.includes(role)} data-test={`role-${role}`} />
          <span>
            {name} <small class="hint">{may}</small>
          </span>
        </label>
      ))}
      {said === null ? null : (
        <small id="roles-said" class="refusal" data-test="field-refused">
          {said}
        </small>
      )}
    </fieldset>
  );
}

interface EditParts {
  readonly close: () => void;
  readonly again: () => void;
}

const rolesOf = (fields: FormData): readonly string[] => fields.getAll("roles").map(String);

function AddPerson({ close, again }: EditParts) {
  const writing = useSetupWriting();
  const [error, setError] = useState<string | null>(null);
  const [made, setMade] = useState<{ readonly name: string; readonly password: string } | null>(null);
  function change(fields: FormData): Change | null {
    const roles = rolesOf(fields);
    setError(roles.length === 0 ? SETUP.noRole : null);
    const body = { name: String(fields.get("name") ?? ""), username: String(fields.get("username") ?? "").trim(), roles };
    return roles.length === 0 ? null : { path: "users", body };
  }
  return (
    <Panel title={made === null ? SETUP.addPerson : SETUP.passwordOf(made.name)} close={close} test="add-person-panel">
      {made === null ? (
        <Form<Person & { readonly password: string }>
          label={SETUP.addPerson}
          writing={writing}
          change={change}
          cancel={close}
          done={(body) => {
            setMade(body);
            again();
          }}
        >
          <Field label={SETUP.personName} name="name" hint={SETUP.personNameHint} autocomplete="off" />
          <Field label={SETUP.username} name="username" hint={SETUP.usernameHint} autocomplete="off" />
          <RoleTicks has={[]} error={error} />
        </Form>
      ) : (
        <Once label={SETUP.passwordOf(made.name)} secret={made.password} told={SETUP.passwordTold} close={close} />
      )}
    </Panel>
  );
}

function ChangePerson({ person, close, again }: EditParts & { person: Person }) {
  const writing = useSetupWriting();
  const [error, setError] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  function change(fields: FormData): Change | null {
    const roles = rolesOf(fields);
    setError(roles.length === 0 ? SETUP.noRole : null);
    return roles.length === 0 ? null : { method: "PATCH", path: `users/${person.id}`, body: { name: String(fields.get("name") ?? ""), roles } };
  }
  return (
    <Panel title={secret === null ? SETUP.changeOf(person.name) : SETUP.passwordOf(person.name)} close={close} test="change-person-panel">
      {secret !== null ? (
        <Once label={SETUP.passwordOf(person.name)} secret={secret} told={SETUP.passwordTold} close={close} />
      ) : (
        <>
          <Form
            label={SETUP.changeOf(person.name)}
            writing={writing}
            change={change}
            cancel={close}
            done={() => {
              again();
              close();
            }}
          >
            <Field label={SETUP.personName} name="name" defaultValue={person.name} hint={SETUP.personNameHint} autocomplete="off" />
            <RoleTicks has={person.roles} error={error} />
          </Form>
          <PersonActs person={person} shown={setSecret} again={again} close={close} />
        </>
      )}
    </Panel>
  );
}

export function PeoplePart() {
  const people = useFewRead<readonly Person[]>("users");
  const reason = useReason("admin");
  const [open, setOpen] = useState<Person | "add" | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      <Reason reason={reason} />
      <p>
        <button type="button" class="btn fill" disabled={reason !== null} title={reason ?? undefined} data-test="add-person" onClick={() => setOpen("add")}>
          {SETUP.addPerson}
        </button>
      </p>
      <Shows reading={people}>{(all) => <PeopleTable people={all} reason={reason} open={setOpen} />}</Shows>
      {open === "add" ? <AddPerson close={close} again={people.again} /> : null}
      {open === null || open === "add" ? null : <ChangePerson key={open.id} person={open} close={close} again={people.again} />}
    </>
  );
}

interface TableParts {
  readonly people: readonly Person[];
  readonly reason: string | null;
  readonly open: (person: Person) => void;
}

function PeopleTable({ people, reason, open }: TableParts) {
  return (
    <Wide label={SETUP_PARTS.people}>
      <table class="table" data-test="people">
        <Heads names={[SETUP.person, SETUP.username, SETUP.roles, SETUP.state]} acts />
        <tbody>
          {people.map((person) => (
            <tr key={person.id} data-test="person-row" data-username={person.username} data-active={person.active}>
              <th scope="row">{person.name}</th>
              <td>{person.username}</td>
              <td>{person.roles.map(roleName).join(", ")}</td>
              <td>{person.active ? SETUP.accountOpen : SETUP.accountClosed}</td>
              <ChangeCell of={person.name} test="change-person" reason={reason} open={() => open(person)} />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
