/** What is not met yet, in plain words with what to do about it: for every code with which the server refuses an act. */

import { limitParts } from "../core/limits.ts";
import { checkQuestion, humanised, measureLabel } from "./clinical.ts";
import { exact } from "./number.ts";
import { criterionWord } from "./readiness.ts";

type Said = (detail: string) => string;

const CODES: Readonly<Record<string, string | Said>> = {
  screening_stop: (detail) => `Not treated today: “${checkQuestion(detail)}” If the answer was wrong, answer it again and say why.`,
  screening_clinician: (detail) => `A clinician decides about: “${checkQuestion(detail)}” They may go on with a reason.`,
  screening_unknown: (detail) => `Not answered: “${checkQuestion(detail)}” Ask, and answer it in the pre-treatment check.`,
  baseline_missing: "No baseline yet. Lock it from at least two cuff readings two minutes apart, or a clinician goes on without.",
  dose_missing: "The dose is missing. Fill in medicine, amount and route.",
  dose_out_of_range: (detail) => `Check the amount: ${detail} If it is right, a clinician goes on with a reason.`,
  weight_unknown: "Without a weight the dose per kg is not known. Fill in the weight.",
  two_identifiers_required: "Check two of name, date of birth and MRN with the patient, and tick them.",
  chair_occupied: "Another patient is at this chair at that time. End or move that session, or choose another chair.",
  patient_in_session: "This patient is in another session that is still open. End it first, or choose the right patient.",
  not_checked_in: "The patient is not checked in. Check in first.",
  not_scheduled: "The patient is checked in already, or the session is over.",
  not_preparing: "Dosing is over. Record an extra dose with “Dose”: the session goes back to dosing.",
  not_dosing: "There was no dosing at that time. Look at the phase and the time.",
  not_in_recovery: "Discharge follows recovery. Stop dosing first, or choose “Leaves early or is transferred”.",
  not_ready: "Not every criterion for going home is met. Finish what is open; or a clinician discharges with a reason; or the patient leaves before ready.",
  not_paused: "Dosing is not paused.",
  already_paused: "Dosing is paused already.",
  already_dosing: "Dosing has begun already. Record a further dose with “Dose”.",
  already_in_phase: "The session is in this phase already, so nothing was set. Set limits one by one.",
  already_locked: "The baseline is locked already. To correct it, leave a reading out and say why.",
  already_corrected: "That entry has been corrected already. Correct the newer one.",
  already_voided: "That reading is struck already.",
  already_acknowledged: "Somebody has acknowledged it already.",
  already_closed: "The alert is closed.",
  already_escalated: "The clinician on call has been told already.",
  not_enough_readings: "Not enough readings for a baseline: at least two good cuff readings, two minutes apart. Press START on the monitor once more.",
  readings_differ: "The two readings are too far apart. Measure once more; with three it can be locked.",
  no_way_back: "A session does not go back to planned.",
  dose_given: "A dose was given, so the session cannot be cancelled. Choose “Leaves early or is transferred”.",
  session_ended: "The session is over. Notes and corrections can still be recorded.",
  second_person_required: "A second person signs too: fill in their user name and password.",
  clinician_required: "Only a clinician can do this. Ask one to sign.",
  no_device: "No device stood there at that time. Look at the chair and the times.",
  mrn_taken: "There is a patient with this MRN already. Search for it.",
  key_reused: "This form was sent before with other contents. Close it and open it again.",
  signature_required: "Needs a signature at this station: your name and PIN.",
  chair_taken: "Another nurse has this chair.",
};

/** Every code that has words here; a test holds them beside the server's own. */
export const GATE_CODES: ReadonlySet<string> = new Set(Object.keys(CODES));

const HOLD = /^hold_/;

/** In plain words with what to do; a limit of the protocol's own by what the server says of it. */
export function gateWords(code: string, detail: string): string {
  const known = CODES[code];
  if (known !== undefined) return typeof known === "string" ? known : known(detail);
  if (HOLD.test(code)) return `${held(detail)} Rest and measure again, or a clinician goes on with a reason.`;
  const criterion = criterionWord(code);
  return detail.startsWith(code) ? `${criterion}: ${detail.slice(code.length + 4)}` : detail || criterion;
}

const NAMES: Readonly<Record<string, string>> = { systolic: "Systolic pressure", diastolic: "Diastolic pressure", heart_rate: "Heart rate", spo2: "SpO₂", respiratory_rate: "Respiratory rate", temperature: "Temperature", mean: "Mean pressure" };

function held(detail: string): string {
  const name = /^[a-z0-9_]+/.exec(detail)?.[0] ?? "";
  return NAMES[name] === undefined ? detail : NAMES[name] + detail.slice(name.length);
}

/** A clinician may go on in spite of it; what stops treatment, and an unanswered question that may stop it, may not be passed. */
export const mayBePassed = (code: string): boolean => !["screening_stop", "not_checked_in", "two_identifiers_required", "chair_occupied", "patient_in_session"].includes(code);

const WARNINGS: Readonly<Record<string, string | Said>> = {
  same_surname: "Another patient today has the same surname. Check the wristband.",
  same_initials: "Another patient today has the same initials. Check the wristband.",
  device_just_used: (detail) => `${detail.replace(/\.$/, "")}: its first values may be theirs. Watch that new ones come from this patient.`,
  hold_limit_unknown: (detail) => held(detail),
  unknown_term: (detail) => detail,
  not_moved: "Recorded for its own time; the present phase goes on.",
  no_reason_given: "What the patient was told, or who goes with them, is not written down. It can follow as a note.",
  nothing_measured: "Nothing was measured then: no stored reading changes.",
  moved_to_phase_start: "Recorded at the beginning of the present phase: a session cannot end before it.",
};

export function warningWords(code: string, detail: string): string {
  const known = WARNINGS[code];
  return known === undefined ? gateWords(code, detail) : typeof known === "string" ? known : known(detail);
}

/** What a limit counts from: the value itself, the baseline, or a minute. */
const COUNTED: Readonly<Record<string, string>> = { rise: " above baseline", fall: " below baseline", rise_pct: " % above baseline", fall_pct: " % below baseline", rate: " a minute" };

export const limitValue = (limit: { readonly kind: string; readonly value: number }): string => exact(limit.value) + (COUNTED[limit.kind] ?? "");

/** A limit by its code, as a nurse calls it: `SBP high`. */
export function limitName(code: string): string {
  const { measure } = limitParts(code);
  if (measure === null) return humanised(code);
  return `${measureLabel(measure, null)} ${humanised(code.replace(measure, "").replace(/^_/, "")).toLowerCase()}`.trim();
}
