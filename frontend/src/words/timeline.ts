/** The words for a session's record: one heading and one line of detail per entry. */

import { millis, hhmm } from "../core/time.ts";
import type { Alert, Phase, TimelineEntry } from "../wire/types.ts";
import { alertWords, humanised, personName, phaseWord, priorityWord } from "./clinical.ts";
import { doneWord } from "./medicines.ts";
import { exact, number } from "./number.ts";
import { evidenceWords } from "./readiness.ts";

export interface Told {
  readonly title: string;
  readonly detail: string;
}

type Parts = Readonly<Record<string, unknown>>;
type Teller = (entry: TimelineEntry) => Told;

/** Ids, and what the heading or the time has said. */
const HIDDEN = /^(at|recorded_at|type|kind|by|by_name|id|position|seq|second|second_name|corrects|answers_alert|device)$|_id$/;
const RECORDED_LATER_MS = 90_000;

const said = (...parts: (string | null | undefined | false)[]): string => parts.filter(Boolean).join(", ");
const word = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value.replaceAll("_", " ").replace(/\b(iv|im)\b/g, (route) => route.toUpperCase()) : null;
const given = (value: unknown): string | null => (value === null || value === undefined || value === false || value === "" ? null : evidenceWords(value));
const amount = (value: unknown, unit: string): string | null => (typeof value === "number" ? `${exact(value)} ${unit}` : null);
const parts = (value: unknown): Parts => (typeof value === "object" && value !== null ? (value as Parts) : {});

const STEPS: Record<string, string> = {
  opened: "opened",
  confirmed: "confirmed",
  unconfirmed: "raised without a second reading",
  not_confirmed: "not confirmed",
  worse: "worse",
  rearmed: "calls again",
  raised_priority: "priority raised",
  ended: "resolved",
  closed: "closed",
  acknowledged: "acknowledged",
  escalated: "escalated",
  reminded: "reminded",
  reviewed: "reviewed with late readings",
  appended: "another symptom",
  suppressed: "behind a higher alert",
  released: "no longer behind a higher alert",
  moved: "moved with the patient",
};

const EVENTS: Record<string, (entry: TimelineEntry) => string> = {
  dose: (entry) => said(word(entry["drug"]), amount(entry["amount_mg"], "mg"), word(entry["route"]), given(entry["lot"])),
  medication: (entry) => said(given(entry["drug"]), amount(entry["amount"], String(entry["unit"] ?? "")), word(entry["route"])),
  stop: (entry) => said(word(entry["reason"]), typeof entry["given_mg"] === "number" && `${exact(entry["given_mg"])} mg given`),
  oxygen: (entry) => said(word(entry["state"]), amount(entry["l_min"], "l/min")),
  emergency: (entry) => said(word(entry["state"])),
  off_monitor: (entry) => said(word(entry["reason"]), amount(entry["minutes"], "min")),
  intervention: (entry) => said(typeof entry["action"] === "string" && doneWord(entry["action"])),
  symptom: (entry) => said(word(entry["term"]), typeof entry["severity"] === "number" && `severity ${entry["severity"]}`),
};

const TELLERS: Record<string, Teller> = {
  created: (entry) => ({
    title: "Session created",
    detail: said(word(parts(entry["protocol"])["code"]), typeof entry["planned_dosing_min"] === "number" && `${number(entry["planned_dosing_min"])} min planned`, amount(entry["weight_kg"], "kg")),
  }),
  phase: (entry) => ({
    title: phaseWord(entry["phase"] as Phase),
    detail: said(
      entry["outcome"] === "met" ? "criteria met" : word(entry["outcome"]),
      entry["override"] === true && "in spite of open checks",
      given(entry["reason"]),
      given(entry["told"]) && `told: ${given(entry["told"])}`,
      given(entry["accompanied_by"]) && `accompanied by ${given(entry["accompanied_by"])}`,
      Array.isArray(entry["identifiers"]) && entry["identifiers"].length > 0 && `checked ${entry["identifiers"].map(word).join(" and ")}`,
    ),
  }),
  screening: (entry) => ({ title: "Pre-treatment check", detail: said(answersWords(parts(entry["answers"])), given(entry["note"])) }),
  assessment: (entry) => ({
    title: entry["assessment"] === "pre_dose" ? "Assessment before the dose" : "Assessment for going home",
    detail: assessedWords(parts(entry["values"])),
  }),
  event: (entry) => {
    const kind = String(entry.kind ?? "");
    const known = EVENTS[kind];
    const detail = known === undefined ? rest(entry) : said(known(entry), kind !== "stop" && kind !== "off_monitor" && given(entry["reason"]), given(entry["text"]));
    return { title: humanised(kind), detail };
  },
  baseline: (entry) => ({ title: "Baseline locked", detail: baselineWords(entry) }),
  limit: (entry) => ({
    title: "Limit changed",
    detail: said(humanised(String(entry["code"] ?? "")), given(entry["value"]), given(entry["reason"])),
  }),
  target: (entry) => ({ title: "Target set", detail: rest(entry) }),
  void: (entry) => ({ title: "Reading voided", detail: given(entry["reason"]) ?? "" }),
  readings_corrected: (entry) => ({
    title: entry["to_session"] === null ? "Readings taken out: nobody's" : "Readings given to their session",
    detail: given(entry["reason"]) ?? "",
  }),
  move: () => ({ title: "Moved to another chair", detail: "" }),
  patient_corrected: (entry) => ({ title: "Patient corrected", detail: given(entry["reason"]) ?? "" }),
  reading_by_hand: (entry) => ({ title: "Reading by hand", detail: said(entry["voided"] === true && "voided", rest(entry)) }),
  alert: (entry) => ({
    title: `Alert ${STEPS[String(entry["step"])] ?? word(entry["step"]) ?? ""}`.trim(),
    detail: said(alertWords(entry as unknown as Alert, true), isPriority(entry["priority"]) && priorityWord(entry["priority"]), given(entry["note"])),
  }),
};

const isPriority = (value: unknown): value is Alert["priority"] => value === "high" || value === "medium" || value === "low";

function answersWords(answers: Parts): string {
  const all = Object.entries(answers);
  const open = all.filter(([, answer]) => answer !== "yes" && answer !== "no").map(([item]) => word(item));
  return said(`${all.length} answers`, open.length > 0 && `not known: ${open.join(", ")}`);
}

function assessedWords(values: Parts): string {
  return Object.entries(values)
    .map(([item, value]) => {
      if (item === "aldrete") return `Aldrete ${Object.values(parts(value)).reduce<number>((sum, part) => sum + (typeof part === "number" ? part : 0), 0)}`;
      if (item === "moaa_s") return `MOAA/S ${evidenceWords(value)}`;
      if (item === "escort") return `responsible adult ${parts(value)["present"] === true ? "here" : "not here"}`;
      return `${word(item) ?? ""} ${evidenceWords(value)}`;
    })
    .join(", ");
}

function baselineWords(entry: TimelineEntry): string {
  const of = (label: string, value: unknown): string | null => (typeof value === "number" ? `${label} ${number(value)}` : null);
  const count = Array.isArray(entry["readings"]) ? entry["readings"].length : 0;
  const pressure = `${evidenceWords(entry["systolic"])}/${evidenceWords(entry["diastolic"])}`;
  return said(pressure, of("MAP", entry["mean"]), of("HR", entry["heart_rate"]), of("SpO₂", entry["spo2"]), `from ${count} readings`);
}

function rest(entry: TimelineEntry): string {
  return evidenceWords(Object.fromEntries(Object.entries(entry).filter(([key, value]) => !HIDDEN.test(key) && value !== false)));
}

/** Who it was, and who signed beside: names, never ids; empty for what happened by itself. */
export function timelinePeople(entry: TimelineEntry): string {
  const [by, second] = [personName(entry["by_name"]), personName(entry["second_name"])];
  return by === null || second === null ? (by ?? "") : `${by} with ${second}`;
}

/** `entry.type` tells what it is; a type without words of its own is told part by part. */
export function timelineWords(entry: TimelineEntry): Told {
  const teller = TELLERS[entry.type];
  const told = teller === undefined ? { title: humanised(entry.type), detail: rest(entry) } : teller(entry);
  const recorded = millis(entry.recorded_at);
  const later = recorded - millis(entry.at) > RECORDED_LATER_MS;
  return later ? { ...told, detail: said(told.detail, `recorded ${hhmm(recorded)}`) } : told;
}
