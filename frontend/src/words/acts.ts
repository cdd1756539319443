/** The words of what is observed, told, corrected and ended: symptoms, assessments, repairs, going home, an emergency. */

import type { Option } from "./actions.ts";

export const SYMPTOM = {
  red: "Red flags: these alarm",
  others: "Other symptoms",
  severities: ["Not there", "Mild", "Moderate", "Severe"],
} as const;

export const TOLD = {
  term: "What happened",
  serious: "Serious",
  seriousHint: "Death, danger to life, hospital, lasting harm, or something as grave.",
  onset: "Began",
  action: "What was done",
  outcome: "Outcome",
  measured: "Measured",
} as const;

export const MEASURES_BY_HAND = [
  { name: "systolic", label: "Systolic", unit: "mmHg" },
  { name: "diastolic", label: "Diastolic", unit: "mmHg" },
  { name: "heart_rate", label: "Pulse", unit: "/min" },
  { name: "spo2", label: "SpO₂", unit: "%" },
  { name: "respiratory_rate", label: "Breaths", unit: "/min" },
  { name: "temperature", label: "Temperature", unit: "°C" },
] as const;

export const REPAIR = {
  noEntries: "Nothing recorded that could be corrected.",
  noReadings: "No reading in this time.",
  correct: "Correct",
  never: "It never happened",
  neverHint: "The entry stays in the record, struck, with what you say here.",
  which: "Which reading",
  strike: "Strike reading",
  earlier: "Show earlier readings",
  reasons: ["artefact: movement", "cuff on the wrong patient", "cuff slipped", "typed wrongly"],
  measuredAt: "Measured at",
  from: "From",
  to: "Until",
  toHint: "At least a minute ago.",
  whose: "These readings are",
  owners: { mine: "This patient's", other: "Another patient's", nobody: "Nobody's" },
  otherSession: "Session they belong to",
  wrongHint: "What was stored stays; histories and reviews follow the correction, and alerts that were raised stay.",
} as const;

export const PLACE = {
  to: "To chair",
  taken: "in use",
  move: "Move",
  moveHint: "The patient, the session and its open alerts go along. Devices stay: what they measure there is this patient's from now on.",
  correct: "Correct the patient",
  patientHint: (name: string): string => `Recorded as ${name}. Find whose session this really is.`,
} as const;

export interface Item {
  /** Its place in the body; two parts of it with a dot between. */
  readonly name: string;
  readonly label: string;
  /** The criterion for going home that asks for it. */
  readonly criterion: string;
  readonly when: readonly ("pre_dose" | "discharge")[];
  /** None: yes or no. */
  readonly options?: readonly Option[];
  readonly scored?: boolean;
}

const BOTH = ["pre_dose", "discharge"] as const;
const HOME = ["discharge"] as const;

const scored = (...words: readonly string[]): readonly Option[] => words.map((label, index) => ({ value: String(words.length - 1 - index), label: `${words.length - 1 - index} ${label}` }));
const aldrete = (part: string, label: string, ...words: readonly string[]): Item => ({ name: `aldrete.${part}`, label: `Aldrete: ${label}`, criterion: "aldrete", when: BOTH, scored: true, options: scored(...words) });

export const ITEMS: readonly Item[] = [
  aldrete("activity", "activity", "moves all limbs", "two limbs", "none"),
  aldrete("respiration", "breathing", "deep, coughs", "shallow or short of breath", "apnoea"),
  aldrete("circulation", "circulation", "BP within 20 % of before", "20 to 50 %", "over 50 %"),
  aldrete("consciousness", "consciousness", "fully awake", "wakes when called", "no response"),
  aldrete("oxygen", "oxygen", "over 92 % on air", "over 90 % with oxygen", "under 90 % with oxygen"),
  { name: "moaa_s", label: "Sedation (MOAA/S)", criterion: "moaa_s", when: BOTH, scored: true, options: scored("answers readily", "answers slowly", "only when loud", "only when shaken", "only to pain", "none") },
  { name: "oriented", label: "Oriented", criterion: "orientation", when: BOTH },
  { name: "speech_clear", label: "Speech clear", criterion: "speech", when: BOTH },
  { name: "gait_steady", label: "Gait steady", criterion: "gait", when: BOTH },
  {
    name: "nausea",
    label: "Nausea",
    criterion: "nausea",
    when: BOTH,
    options: [
      { value: "none", label: "None" },
      { value: "mild", label: "Mild" },
      { value: "moderate", label: "Moderate" },
      { value: "severe", label: "Severe" },
    ],
  },
  { name: "perception_clear", label: "Perception clear, nothing distressing", criterion: "perception", when: BOTH },
  { name: "suicide_risk_unchanged", label: "Suicide risk asked, unchanged", criterion: "suicide_risk", when: HOME },
  { name: "cannula_out", label: "Cannula out", criterion: "cannula_out", when: HOME },
  { name: "instructions_given", label: "Instructions given: no driving until tomorrow after a night's sleep", criterion: "instructions", when: HOME },
];

export const ASSESS = {
  preDose: "Assessment before the dose",
  hint: "Each tap is recorded at once. A new answer takes the place of the one before.",
  open: "Not asked yet",
  seen: (value: string, age: string, by: string | null): string => [`${value}, ${age}`, by].filter(Boolean).join(", "),
  escort: "Responsible adult (driver)",
  relation: "Relation",
  phone: "Phone",
  present: "Here now",
  here: "Here",
  notHere: "Not here",
  saveEscort: "Save responsible adult",
} as const;

export const LEAVE = {
  notKnown: "Readiness not known while there is no connection",
  left: "Left to look at",
  override: "A clinician discharges although something is open",
  overrideHint: "Needs a reason and a clinician's signature.",
  byClinician: "Discharge by a clinician's decision",
  waiting: (since: string): string => `Medically ready, waiting for the driver since ${since}`,
  never: "Never refused: what happened is written down, with what the patient was told.",
  which: "What happens",
  outcomes: { left_before_ready: "Left before ready", transferred: "Transferred" },
  told: "What the patient was told",
  with: "Accompanied by",
  save: "Record leaving",
} as const;

export const URGENT = {
  button: "Emergency",
  /** Where the word does not fit; no alarm looks like it. */
  short: "SOS",
  calling: "Calling…",
  lockedHint: "Emergency: SOS on the chair, then your name.",
  title: "Emergency",
  on: "EMERGENCY",
  since: (when: string, span: string): string => `since ${when}, ${span}`,
  hint: "All stations sound. Tap what is done; each tap is recorded with its second.",
  log: "What was done",
  nothing: "Nothing tapped yet.",
  undo: "Undo",
  undone: "taken back",
  undoNote: "Tapped by mistake",
  end: "End emergency",
  endSure: "Really end the emergency? Alarms of this chair count again.",
  endYes: "Yes, end it",
  endNo: "No, go on",
  print: "Print hand-over sheet",
  failed: "Not sent. Call for help by voice. Press again.",
  open: "Open log",
  doseGiven: "Medicine given",
} as const;

/** Holds both words that a button may show. */
export const helpFor = (where: string): string => `SOS · Emergency: ${where}`;

export const SHEET = {
  title: "Emergency hand-over",
  patient: "Patient",
  protocol: "Protocol",
  weight: "Weight",
  allergies: "Pre-treatment check",
  doses: "Given, and when",
  vitals: "Last values",
  alerts: "Alerts",
  log: "Log",
  baseline: "Baseline",
  printed: (when: string, who: string): string => `Printed ${when} by ${who}`,
  signature: "Handed over to, signature, time",
  none: "none",
  notRead: "could not be read: look at the record before handing over",
} as const;
