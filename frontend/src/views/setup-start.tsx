/** The overview: the first steps until each is so, computed from what exists, and every part with what it is for. */

import { firstSteps, type Standing, type Step, type StepName } from "../core/setup.ts";
import { go } from "../route.ts";
import type { Chair } from "../wire/types.ts";
import { FIRST, SETUP_PARTS, SETUP_TOLD, SETUP, FIRST_STEPS, type Part } from "../words.ts";
import { useScreen } from "./context.ts";
import { Glyph } from "./glyph.tsx";
import type { Device } from "./setup-devices.tsx";
import type { Gateway } from "./setup-gateways.tsx";
import type { Person } from "./setup-people.tsx";
import { HEARD_EVERY_MS, bodyOf, useRead, useFewRead, type Reading } from "./setup-read.tsx";

const WHERE: Record<StepName, string> = {
  chairs: "setup/chairs",
  gateways: "setup/gateways",
  devices: "setup/devices",
  people: "setup/people",
  protocols: "setup/protocols",
  shift: "shift",
};

const among = (people: readonly Person[], role: string): number => people.filter((person) => person.active && person.roles.includes(role)).length;

/** Null until everything has been read: a step is never shown as open only because its answer is late. */
function useStanding(): Standing | null {
  const { store } = useScreen();
  const chairs = bodyOf(useRead<readonly Chair[]>("chairs"));
  const devices = bodyOf(useRead<readonly Device[]>("devices", HEARD_EVERY_MS));
  const gateways = bodyOf(useFewRead<readonly Gateway[]>("gateways"));
  const people = bodyOf(useFewRead<readonly Person[]>("users"));
  const protocols = bodyOf(useRead<readonly { readonly version: number }[]>("protocols"));
  const shifts = useRead<readonly unknown[]>("shifts") as Reading<readonly unknown[]>;
  const onNow = bodyOf(shifts) ?? [];
  if (chairs === null || devices === null || gateways === null || people === null || protocols === null || shifts.read.kind === "loading") return null;
  return {
    chairs: chairs.length,
    gateways: gateways.length,
    placed: devices.filter((device) => device.chair_id !== null).length,
    heard: devices.filter((device) => device.chair_id !== null && device.has_readings).length,
    nurses: among(people, "nurse"),
    clinicians: among(people, "clinician"),
    own: protocols.filter((protocol) => protocol.version > 1).length,
    onShift: onNow.length > 0 || store.system.value?.shift_used === true,
  };
}

function StepRow({ step, next }: { step: Step; next: boolean }) {
  const [title, told, link] = FIRST_STEPS[step.name];
  return (
    <li data-test={`step-${step.name}`} data-done={step.done}>
      <span class="step-mark">{step.done ? <Glyph alert="met" /> : <i class="ring" aria-hidden="true" />}</span>
      <span>
        <b>{title}</b> <span class="sr">({step.done ? SETUP.done : SETUP.open})</span>
        <small>{told}</small>
      </span>
      {step.done ? null : (
        <a class={next ? "btn fill" : "btn"} href={WHERE[step.name]} onClick={(event) => go(event, WHERE[step.name])}>
          {link}
        </a>
      )}
    </li>
  );
}

function FirstSteps() {
  const standing = useStanding();
  if (standing === null) return null;
  const steps = firstSteps(standing);
  const left = steps.filter((step) => !step.done);
  if (left.length === 0) return null;
  return (
    <section class="card" aria-labelledby="first-steps" data-test="first-steps">
      <h2 id="first-steps">
        {FIRST.title} <small>{FIRST.left(left.length)}</small>
      </h2>
      <p class="none">{FIRST.told}</p>
      <ol class="first-steps">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} next={step === left[0]} />
        ))}
      </ol>
    </section>
  );
}

export function SetupStart({ parts }: { parts: readonly Part[] }) {
  return (
    <div class="stack">
      {parts.includes("people") ? <FirstSteps /> : null}
      <ul class="part-list">
        {parts.map((part) => (
          <li key={part}>
            <span>
              <b>{SETUP_PARTS[part]}</b> <small>{SETUP_TOLD[part]}</small>
            </span>
            <a class="btn" href={`setup/${part}`} aria-label={SETUP.showOf(SETUP_PARTS[part])} onClick={(event) => go(event, `setup/${part}`)}>
              {SETUP.show}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
