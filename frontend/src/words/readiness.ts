/** The words for going home: each criterion, what was found for it, and what is still missing. */

import { limitParts } from "../core/limits.ts";
import { hhmm, millis } from "../core/time.ts";
import type { Criterion } from "../wire/types.ts";
import { humanised, measureLabel, sourceWord } from "./clinical.ts";
import { number } from "./number.ts";

const CRITERIA: Record<string, string> = {
  observation: "Minimum observation",
  blood_pressure: "Blood pressure",
  heart_rate: "Heart rate",
  spo2: "SpO₂",
  respiratory_rate: "Respiratory rate",
  alerts: "No open alerts",
  technical_alerts: "No technical alerts",
  aldrete: "Modified Aldrete score",
  moaa_s: "Sedation (MOAA/S)",
  orientation: "Oriented",
  speech: "Speech clear",
  gait: "Gait steady",
  nausea: "Nausea",
  perception: "Perception clear",
  suicide_risk: "Suicide risk unchanged",
  cannula_out: "Cannula out",
  instructions: "Instructions given",
  escort: "Responsible adult (driver)",
};

export const criterionWord = (code: string): string => CRITERIA[code] ?? humanised(code);

const CRITERION_STATES: Record<Criterion["state"], string> = { met: "met", not_met: "not met", unknown: "unknown" };

export const criterionState = (state: Criterion["state"]): string => CRITERION_STATES[state];

export const criteriaCount = (met: number, all: number): string => `${met} of ${all} criteria met`;
export const notBefore = (at: string): string => `not before ${hhmm(millis(at))}`;

const ORDER: Record<Criterion["state"], number> = { not_met: 0, unknown: 1, met: 2 };

/** What is missing comes first; within a state the server's order stays. */
export const missingFirst = (criteria: readonly Criterion[]): readonly Criterion[] => [...criteria].sort((a, b) => ORDER[a.state] - ORDER[b.state]);

const REASONS: Record<string, string> = {
  not_assessed: "not assessed yet",
  too_old: "assessed too long ago",
  no_pre_dose_assessment: "nothing from before the dose to compare with",
  no_reading: "no reading",
  no_recent_reading: "no recent reading",
  no_earlier_reading: "a second reading is needed",
  not_enough_good_readings: "not enough good readings yet",
  on_oxygen: "on oxygen",
  not_present: "not here",
  no_end_of_dosing: "dosing has not ended",
};

const BEFORE: Record<string, string> = {
  dosing_ended: "assessed before dosing ended",
  dosing_not_ended: "dosing has not ended",
  last_dose: "assessed before the last dose",
  medication: "assessed before a medication",
  red_flag: "assessed before a red-flag symptom",
  alert_raised: "assessed before the newest alert",
};

const BREACHES = "breaches:";

function reason(code: string): string {
  const [kind = "", about = ""] = code.split(":");
  if (kind === "before") return BEFORE[about] ?? `assessed before ${lower(humanised(about))}`;
  if (kind === "not_back") return `${lower(criterionWord(about))} not back`;
  return REASONS[code] ?? lower(humanised(code.replaceAll(":", ": ")));
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

type Parts = Readonly<Record<string, unknown>>;

/** What is missing, then what was found: `systolic above baseline; 128/80 at 08:50, cuff; baseline 112/71`. */
export function criterionWords(criterion: Criterion): string {
  const evidence = criterion.evidence;
  if (typeof evidence !== "object" || evidence === null || Array.isArray(evidence)) return evidenceWords(evidence);
  const { reasons, ...found } = evidence as Parts;
  const codes = Array.isArray(reasons) ? reasons.map(String) : [];
  const beyond = codes.filter((code) => code.startsWith(BREACHES)).map((code) => openWords(code.slice(BREACHES.length)));
  const missing = codes.filter((code) => !code.startsWith(BREACHES)).map(reason);
  return [beyond.length > 0 ? `beyond a limit: ${beyond.join(", ")}` : "", ...missing, ...foundWords(criterion.code, found)].filter(Boolean).join("; ");
}

function foundWords(code: string, found: Parts): string[] {
  if (code === "observation" && "required_min" in found) return [`${evidenceWords(found["required_min"])} min from ${evidenceWords(found["from"])}`];
  if (Array.isArray(found["open"])) return found["open"].map((alert: Parts) => openWords(String(alert["limit"] ?? "")));
  if ("systolic" in found) return pressureWords(found);
  if ("value" in found) return valueWords(found);
  if (code === "escort") return "at" in found ? [`seen at ${evidenceWords(found["at"])}`] : [];
  return [evidenceWords(Object.fromEntries(Object.entries(found).filter(([key]) => key !== "by")))];
}

function openWords(limit: string): string {
  const { measure } = limitParts(limit);
  return measure === null ? humanised(limit) : `${measureLabel(measure, null)} ${lower(humanised(limit.replace(measure, "").replace(/^_/, "")))}`.trim();
}

function pressureWords(found: Parts): string[] {
  const source = typeof found["source"] === "string" ? `, ${sourceWord(found["source"])}` : "";
  const base = found["baseline"] as Parts | undefined;
  return [`${pair(found)} at ${evidenceWords(found["at"])}${source}`, base === undefined ? "" : `baseline ${pair(base)}`];
}

const pair = (of: Parts): string => `${evidenceWords(of["systolic"])}/${evidenceWords(of["diastolic"])}`;

function valueWords(found: Parts): string[] {
  const least = found["at_least"] === undefined ? "" : `needs ${evidenceWords(found["at_least"])}${found["on_air"] === true ? " on air" : ""}`;
  return [
    `${evidenceWords(found["value"])}${found["at"] === undefined ? "" : ` at ${evidenceWords(found["at"])}`}${found["by_hand"] === true ? ", by hand" : ""}`,
    found["before_dose"] === undefined ? "" : `before the dose ${evidenceWords(found["before_dose"])}`,
    found["good_min"] === undefined ? "" : `good for ${evidenceWords(found["good_min"])} min`,
    found["longest_gap_s"] === undefined ? "" : `longest gap ${evidenceWords(found["longest_gap_s"])} s`,
    least,
  ];
}

/** Any other evidence: a text, or named parts, said one after another. */
export function evidenceWords(evidence: unknown): string {
  if (evidence === null || evidence === undefined) return "";
  if (typeof evidence === "number") return number(evidence);
  if (typeof evidence === "boolean") return evidence ? "yes" : "no";
  if (typeof evidence === "string") return text(evidence);
  if (Array.isArray(evidence)) return evidence.map(evidenceWords).filter(Boolean).join("; ");
  return Object.entries(evidence)
    .map(([key, value]) => [key, evidenceWords(value)] as const)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key === "detail" || key === "text" ? "" : `${humanised(key)} `}${value}`)
    .join(", ");
}

/** A time is said as a time, a code as words, a text as it is. */
function text(value: string): string {
  if (!Number.isNaN(millis(value))) return hhmm(millis(value));
  return /^[a-z0-9]+([_:][a-z0-9_]+)+$/.test(value) ? humanised(value).replaceAll(":", ": ") : value;
}
