/** One of a few, by one tap: radio buttons that look like buttons; and yes or no, in the same shape. */

import { useId } from "preact/hooks";
import { ACT, type Option } from "../../words.ts";
import { useFieldError } from "../form.tsx";

interface PickParts {
  readonly label: string;
  readonly name: string;
  readonly options: readonly Option[];
  readonly value?: string | undefined;
  readonly chosen?: string | undefined;
  readonly hint?: string | undefined;
  readonly error?: string | null;
  readonly onPick?: (value: string) => void;
}

/** `value`: held by the caller; `chosen`: only where it starts. */
export function Pick({ label, name, options, value, chosen, hint, error = null, onPick }: PickParts) {
  const id = useId();
  const refused = useFieldError(name);
  const said = error ?? refused;
  return (
    <fieldset class="pick" data-field={name} aria-describedby={`${id}-said`}>
      <legend>{label}</legend>
      <div class="chips">
        {options.map((option) => {
          const state = value === undefined ? { defaultChecked: option.value === chosen } : { checked: option.value === value };
          return (
            <label key={option.value} class="chip-pick" data-value={option.value}>
              <input type="radio" name={name} value={option.value} {...state} aria-invalid={said !== null} onChange={() => onPick?.(option.value)} />
              <span>
                {option.label}
                {option.note === undefined ? null : <small>{option.note}</small>}
              </span>
            </label>
          );
        })}
      </div>
      <small id={`${id}-said`} class={said === null ? "hint" : "refusal"}>
        {said ?? hint ?? ""}
      </small>
    </fieldset>
  );
}

export const YES_NO: readonly Option[] = [
  { value: "yes", label: ACT.yes },
  { value: "no", label: ACT.no },
];
