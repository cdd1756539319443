/** A second person signs at the first one's screen, with their own user name and password. */

import { ACT, W } from "../../words.ts";
import { Field, useFieldError } from "../form.tsx";

export function SecondPerson({ why }: { why: string }) {
  const refused = useFieldError("second_person");
  return (
    <fieldset class="pick" data-test="second-person" data-field="second_person">
      <legend>{ACT.secondPerson}</legend>
      <p class={refused === null ? "hint" : "refusal"}>{refused ?? why}</p>
      <div class="form-row">
        <Field label={W.username} name="second_person.username" autocomplete="off" />
        <Field label={W.password} name="second_person.password" type="password" autocomplete="off" />
      </div>
    </fieldset>
  );
}
