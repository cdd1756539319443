/** The tune of a burst says what it is about before anybody has looked: the heart and its pressures, breathing, or anything else. */

import { acknowledged } from "../core/alerts.ts";
import { limitParts } from "../core/limits.ts";
import type { Alert } from "../wire/types.ts";
import type { Sounding } from "./alarm.ts";

export type Tune = "general" | "cardiac" | "oxygen";

const [C4, E4, F4, G4, A4, B4, C5] = [262, 330, 349, 392, 440, 494, 523] as const;

/** Hz of the five pulses of a high burst; a medium one is the first three of them, a low one the first. */
export const NOTES: Record<Tune, readonly number[]> = {
  general: [C4, C4, C4, C4, C4],
  cardiac: [C4, E4, G4, G4, C5],
  oxygen: [C5, B4, A4, G4, F4],
};

export function tuneOf(alert: Alert): Tune {
  if (alert.kind === "technical") return "general";
  const { measure } = limitParts(alert.limit);
  if (measure === "spo2" || measure === "respiratory_rate") return "oxygen";
  return measure === null || measure === "temperature" ? "general" : "cardiac";
}

/** What a burst of that level is about: the most urgent that nobody has taken, else the most urgent that reminds. */
export function subjectOf(level: Sounding, alerts: readonly Alert[]): Alert | undefined {
  const active = alerts.filter((alert) => alert.priority === level && alert.state === "active" && alert.suppressed !== true);
  return active.find((alert) => !acknowledged(alert)) ?? active[0];
}

export function tuneFor(level: Sounding, alerts: readonly Alert[], lost: boolean): Tune {
  const found = lost ? undefined : subjectOf(level, alerts);
  return found === undefined ? "general" : tuneOf(found);
}
