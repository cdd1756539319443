/** What is done for the patient: a medicine or an intervention, as an answer to an alert, and what it did. */

import { useEffect, useState } from "preact/hooks";
import { hhmm, millis } from "../../core/time.ts";
import type { Alert } from "../../wire/types.ts";
import { ACT, ACTS, F, GIVEN, INTERVENTIONS, PRESETS, ROUTES, UNITS, alertWords, doneWord, exact, humanised, number, type Preset } from "../../words.ts";
import { Choice, Field, Text } from "../form.tsx";
import { sessionPath, useCase } from "./case.ts";
import { EventTask, useStanding, type Recorded } from "./event.tsx";
import { opened } from "./open.ts";
import { Pick } from "./pick.tsx";
import { useRead } from "./read.ts";

const DONE: readonly string[] = ["medication", "intervention"];

/** The alert that the panel was opened from, else the most urgent one of the patient's own; "no alert" is one tap away. */
export function answerable(alerts: readonly Alert[], about: string | undefined): string | undefined {
  const known = alerts.find(({ id }) => id === about);
  return (known ?? alerts.find(({ kind, state }) => kind === "physiological" && state !== "closed"))?.id;
}

function Answers() {
  const { detail, tile } = useCase();
  const standing = useStanding();
  const alerts = (tile?.alerts ?? []).filter(({ session_id }) => session_id === detail.id);
  const chosen = standing("answers_alert") ?? answerable(alerts, opened.peek()?.about);
  if (alerts.length === 0) return chosen === undefined ? null : <input type="hidden" name="answers_alert" value={chosen} />;
  const gone = chosen !== undefined && !alerts.some(({ id }) => id === chosen); // over by now, and still what it answered
  const options = [
    ...alerts.map((alert) => ({ value: alert.id, label: `${alertWords(alert)}, ${hhmm(millis(alert.opened_at))}` })),
    ...(gone ? [{ value: chosen, label: ACT.sameAlert }] : []),
    { value: "", label: ACT.noAlert },
  ];
  return <Pick label={ACT.answers} name="answers_alert" options={options} chosen={chosen ?? ""} />;
}

/** What was given before in this session comes first: the next one is most often the same. */
function presetsOf(events: readonly Recorded[]): readonly Preset[] {
  const given = events.filter(({ kind }) => kind === "medication").map((event) => ({ drug: String(event["drug"]), route: String(event["route"]), unit: String(event["unit"]) }));
  const all = [...given.reverse(), ...PRESETS];
  return all.filter(({ drug }, index) => all.findIndex((other) => other.drug === drug) === index);
}

export function Medication() {
  const { detail } = useCase();
  const standing = useStanding();
  const { body } = useRead<readonly Recorded[]>(sessionPath(detail.id, "events"));
  const [chosen, setChosen] = useState<Preset | null>(null);
  const [drug, setDrug] = useState(standing("drug") ?? "");
  const presets = presetsOf(body ?? []);
  // How much is the one thing left to type.
  useEffect(() => (chosen === null ? undefined : document.querySelector<HTMLElement>("[data-test=field-amount]")?.focus()), [chosen]);
  function pick(preset: Preset): void {
    setChosen(preset);
    setDrug(preset.drug);
  }
  return (
    <EventTask kind="medication" title={ACTS.medication} submit={F.save} numbers={["amount"]} signed before={<Effects events={body ?? []} />}>
      <div class="chips" role="group" aria-label={ACT.drug}>
        {presets.map((preset) => (
          <button key={preset.drug} type="button" class="btn" aria-pressed={drug === preset.drug} data-test="preset" onClick={() => pick(preset)}>
            {`${humanised(preset.drug)} ${ROUTES[preset.route] ?? preset.route}`}
          </button>
        ))}
      </div>
      <Field label={ACT.drug} name="drug" autocomplete="off" value={drug} onInput={(event) => setDrug(event.currentTarget.value)} hint={GIVEN.medicineHint} />
      <div key={chosen?.drug ?? ""} class="form-row">
        <Field label={ACT.amount} name="amount" inputMode="decimal" autocomplete="off" defaultValue={standing("amount") ?? ""} />
        <Choice label={ACT.unit} name="unit" defaultValue={standing("unit") ?? chosen?.unit ?? ""} options={["", ...UNITS].map((unit) => ({ value: unit, label: unit === "" ? "–" : unit }))} />
        <Choice label={ACT.route} name="route" defaultValue={standing("route") ?? chosen?.route ?? ""} options={[["", "–"], ...Object.entries(ROUTES)].map(([value = "", label = ""]) => ({ value, label }))} />
      </div>
      <Answers />
      <Text label={`${ACT.text} (${F.optional})`} name="text" defaultValue={standing("text") ?? ""} />
    </EventTask>
  );
}

export function Intervention() {
  const { detail } = useCase();
  const standing = useStanding();
  const { body } = useRead<readonly Recorded[]>(sessionPath(detail.id, "events"));
  return (
    <EventTask kind="intervention" title={ACTS.intervention} submit={F.save} before={<Effects events={body ?? []} />}>
      <Pick label={ACTS.intervention} name="action" options={Object.entries(INTERVENTIONS).map(([value, label]) => ({ value, label }))} chosen={standing("action")} />
      <Answers />
      <Text label={`${ACT.text} (${F.optional})`} name="text" defaultValue={standing("text") ?? ""} />
    </EventTask>
  );
}

const pressure = (systolic: number | null, diastolic: number | null): string => `${systolic === null ? "–" : number(systolic)}/${diastolic === null ? "–" : number(diastolic)}`;

/** Each thing that was done, with blood pressure five and ten minutes later, or when that is due. */
export function Effects({ events }: { events: readonly Recorded[] }) {
  const done = events.filter(({ kind, corrected_by }) => DONE.includes(kind) && !corrected_by).slice(-4);
  if (done.length === 0) return null;
  return (
    <section class="effects" data-test="effects">
      <h3>{GIVEN.effects}</h3>
      <ul>
        {done.map((event) => (
          <li key={event.id}>
            <b>{`${hhmm(millis(event.at))} ${whatOf(event)}`}</b>
            {(event.effect ?? []).map((effect) => (
              <span key={effect.minute} class="hint">
                {effect.at === null ? GIVEN.due(effect.minute, hhmm(millis(effect.due_at))) : GIVEN.after(effect.minute, pressure(effect.systolic, effect.diastolic), hhmm(millis(effect.at)))}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function whatOf(event: Recorded): string {
  if (event.kind === "medication") return `${humanised(String(event["drug"]))} ${exact(Number(event["amount"]))} ${String(event["unit"])}`;
  return doneWord(String(event["action"] ?? event.kind));
}
