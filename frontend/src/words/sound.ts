/** The words for this one screen: its light, its sound and its voice. */

import { limitParts } from "../core/limits.ts";
import type { Alert } from "../wire/types.ts";
import { alertWords, rateLabel } from "./clinical.ts";
import { number } from "./number.ts";

export const SCREEN = {
  title: "This screen: light and sound",
  brightness: "Brightness",
  brightnessHint: "Alarms keep their full colour.",
  speech: "Say alarms aloud after their sound",
  noSpeech: "This browser has no voice to say alarms aloud.",
  soundFirst: "Turn on the sound first.",
} as const;

const SPOKEN: Record<string, string> = { systolic: "systolic", diastolic: "diastolic", mean: "mean pressure", respiratory_rate: "breathing rate", spo2: "oxygen saturation", temperature: "temperature" };

/** `Chair 2, systolic 192`: never who sits there. */
export function spokenWords(where: string, alert: Alert): string {
  const { measure, kind } = limitParts(alert.limit);
  if (alert.kind === "technical" || measure === null || typeof alert.value !== "number" || kind === "rate") return `${where}, ${alertWords(alert)}`;
  const name = measure === "heart_rate" ? (rateLabel(alert.source) === "HR" ? "heart rate" : "pulse") : SPOKEN[measure];
  return `${where}, ${name} ${number(alert.value)}`;
}
