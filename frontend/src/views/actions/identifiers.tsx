/** The two identifiers that are checked with the patient before anything is recorded as theirs. */

import { ACT, SEAT } from "../../words.ts";
import { useFieldError } from "../form.tsx";

export interface Identified {
  readonly name: string;
  readonly birth_date: string;
  readonly mrn: string;
}

const TICKED = ["name", "birth_date", "mrn"] as const;

export function Identifiers({ patient, tooFew }: { patient: Identified; tooFew: boolean }) {
  const refused = useFieldError("identifiers");
  const said = refused ?? (tooFew ? SEAT.twoNeeded : null);
  return (
    <fieldset class="pick" data-field="identifiers" aria-describedby="identifiers-said">
      <legend>{SEAT.identifiers}</legend>
      {TICKED.map((name) => (
        <label key={name} class="tick">
          <input type="checkbox" name="identifiers" value={name} data-test={`tick-${name}`} />
          <span>
            {SEAT[name]} <b>{patient[name]}</b>
          </span>
        </label>
      ))}
      <small id="identifiers-said" class={said === null ? "hint" : "refusal"} data-test={said === null ? undefined : "field-refused"}>
        {said ?? SEAT.identifiersWhy}
      </small>
    </fieldset>
  );
}

export const ticked = (fields: FormData): string[] => fields.getAll("identifiers").map(String);

export const unknownPatient: Identified = { name: ACT.notKnown, birth_date: ACT.notKnown, mrn: ACT.notKnown };
