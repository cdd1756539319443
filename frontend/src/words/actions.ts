/** The words of what is done to a session: buttons, forms, choices, and what each choice means. */

import type { ActionName } from "../core/actions.ts";
import { exact, number } from "./number.ts";

/** One of a few that a tap chooses; `note` says what choosing it means. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
}

export const ACTS: Readonly<Record<ActionName, string>> = {
  check_in: "Check in",
  screening: "Pre-treatment check",
  assessment: "Assessment",
  baseline: "Baseline",
  clear: "Clear to dose",
  dose: "Dose",
  pause: "Pause dosing",
  resume: "Resume dosing",
  stop: "Stop dosing",
  recovery: "Start recovery",
  recheck: "Recheck BP",
  medication: "Medication",
  intervention: "Intervention",
  symptom: "Symptom",
  note: "Note",
  limits: "Limits",
  oxygen: "Oxygen",
  off_monitor: "Off monitor",
  adverse_event: "Adverse event",
  reading: "Reading by hand",
  correction: "Correct an entry",
  void: "Strike a reading",
  wrong_chair: "Readings at the wrong chair",
  move: "Move to another chair",
  patient: "Correct the patient",
  discharge: "Discharge",
  leave: "Leaves early or is transferred",
  cancel: "Cancel session",
};

export const ACT = {
  more: "More",
  moreTitle: "Everything for this session",
  careOnly: "Only a nurse or clinician can do this",
  clinicianOnly: "Only a clinician can do this",
  locked: "Locked: log in to act",
  yes: "Yes",
  no: "No",
  notKnown: "Not known",
  now: "now",
  when: "When",
  otherTime: "Another time",
  timeHint: "Hours and minutes; the latest such time that has passed in this session.",
  reason: "Reason",
  text: "Note",
  why: "Why",
  read: "Read",
  savedBut: "Saved. Please note:",
  somebody: "somebody",
  none: "None",
  loading: "Loading…",
  readFailed: "This could not be read.",
  again: "Try again",
  done: "Done",
  back: "Back",
  record: "Record",
  recorded: "Recorded",
  drug: "Medicine",
  route: "Route",
  unit: "Unit",
  amount: "Amount",
  otherWords: "Other words",
  severity: "Severity",
  answers: "In answer to",
  noAlert: "No alert",
  lost: (who: string, when: string): string => `Done by ${who} at ${when}. Nothing was recorded twice.`,
  secondPerson: "Second person",
  secondWhy: "A second person signs with their own user name and password.",
  correcting: (what: string): string => `Correct: ${what}`,
  saveCorrection: "Save correction",
  sameAlert: "As recorded: an alert that is over",
  sameTime: (when: string): string => `Left empty it stays at ${when}.`,
} as const;

/** Seating and check-in. */
export const SEAT = {
  start: "Start session",
  title: (chair: string): string => `Start session at ${chair}`,
  search: "Patient: name or MRN",
  searchHint: "Type at least two letters, or scan the wristband.",
  nobody: "Nobody found by that name or number.",
  firstFound: (count: number): string => `Only the first ${count} are shown: type more of the name, or the record number.`,
  planned: "Planned for this chair",
  fresh: "New patient",
  saveFresh: "Save patient",
  another: "Another patient",
  confirm: "Check in",
  keep: "Plan for later",
  protocol: "Protocol",
  planned_min: "Planned dosing",
  weight: "Weight",
  noProtocol: "There is no protocol yet. A clinician stores one in Setup.",
  between: (shortest: number, longest: number): string => `${number(shortest)} to ${number(longest)} min`,
  mrn: "MRN",
  name: "Name",
  birth_date: "Date of birth",
  sex: "Sex",
  sexes: { female: "Female", male: "Male", other: "Other", unknown: "Not known" },
  identifiers: "Checked with the patient: two of these",
  identifiersWhy: "Ask the patient; do not read it out to them.",
  twoNeeded: "Tick two that you have checked with the patient.",
  chosen: "Chosen",
  seatedAnyway: "Checked in. Please note:",
  isPlanned: "The session is planned, but the patient is not checked in yet.",
} as const;

/** The pre-treatment check. */
export const CHECK = {
  level: { stop: "Stops treatment today", clinician: "A clinician decides", record: "Written down" },
  stops: "Not treated today",
  decides: "A clinician decides",
  unknown: "Not known: this does not pass",
  note: "Note",
  noteHint: "What was eaten and when, allergies; and why, when an answer takes back a stop.",
  progress: (done: number, all: number): string => `${done} of ${all} answered`,
  nothing: "Answer at least one question.",
  save: "Save answers",
} as const;

export const BASE = {
  accept: "Accept baseline",
  progress: (have: number, need: number): string => `Baseline ${have} / ${need}`,
  candidates: "Cuff readings before the dose",
  nothing: "No cuff reading yet. Press START on the monitor.",
  lock: "Lock baseline",
  correct: "Correct baseline",
  leaveOut: "Leave out",
  doubtful: "doubtful: not used",
  struck: "struck: not used",
  used: "used",
  reasons: ["moved", "talked", "cuff slipped", "wrong cuff size", "just arrived"],
  rule: "The newest readings at least 2 minutes apart count, up to three; the median of each value becomes the baseline.",
  locked: (systolic: string, who: string, when: string): string => `${systolic}, locked by ${who} at ${when}`,
} as const;

export const DOSE = {
  give: "Record dose and start dosing",
  extra: "Record dose",
  amount: "Amount given",
  weight: "Weight",
  lot: "Lot",
  concentration: "Concentration",
  perKg: (value: number): string => `${exact(value)} mg/kg`,
  perKgUnknown: "mg/kg: needs amount and weight",
  given: "Given so far",
  another: "Record another dose or device",
  deviceHint: "Each nasal device is a dose of its own.",
  ready: "Everything checked: only the dose is left.",
  open: "Before the dose",
  unanswered: (count: number): string => `${count} questions of the pre-treatment check are not answered. Ask, and answer them there.`,
  override: "A clinician goes on in spite of what is open",
  overrideHint: "Needs a reason. What stops treatment cannot be passed.",
  target: "Target range for this patient (optional)",
  lowest: "lowest",
  highest: "highest",
  limit: "Limit of this patient's own (optional)",
  limitNone: "As in the protocol",
  limitValue: "New value",
} as const;

export const COURSE = {
  stopReasons: { bp: "Blood pressure", distress: "Distress", nausea: "Nausea", line: "Line or device", patient: "Patient asks", other: "Other" },
  given: "Given until now",
  givenHint: "May follow later, as a correction.",
  oxygen: { on: "On", off: "Off" },
  flow: "Flow",
  offReasons: { walk: "Walk", toilet: "Toilet", procedure: "Procedure" },
  minutes: "For",
  minutesHint: "At most 10 minutes: alarms about the missing signal wait so long.",
  backOn: "Back on the monitor",
  offUntil: (when: string): string => `Off the monitor until ${when}`,
  recovery: "Dosing has ended as planned; observation begins.",
  cancelWhy: "Only before any dose.",
} as const;

export const LIMITS = {
  choose: "Limit",
  value: "New value",
  now: (value: string, from: string): string => `Now ${value}${from}`,
  changed: (who: string, when: string): string => `, set by ${who} at ${when}`,
  save: "Save limit",
  breach: "The newest value would breach this limit: it alarms as soon as it is judged.",
  noBreach: "The newest value is within this limit.",
  breachUnknown: "There is no newest value to compare with.",
  reasons: ["usual for this patient", "ordered by clinician", "known hypertension"],
  second: "Loosening a critical limit needs a second person.",
} as const;

export const GIVEN = {
  effects: "What was done, and blood pressure after it",
  after: (minute: number, pressure: string, when: string): string => `+${minute} min: ${pressure} at ${when}`,
  due: (minute: number, when: string): string => `+${minute} min: due ${when}`,
  medicineHint: "Preset names only; type the amount that was ordered and given.",
} as const;

export const PRESS_START = "Recheck asked for. Press START on the monitor.";
export const AFTER_MINUTES = (minutes: number): string => (minutes < 1 ? "just now" : minutes < 120 ? `${Math.floor(minutes)} min ago` : `${Math.floor(minutes / 60)} h ago`);
