/** The one clock of everything that flashes: 2 Hz for high, half a hertz for medium, all in phase; counted in quarter seconds. */

import type { Alert } from "../wire/types.ts";
import { calls } from "./alerts.ts";

export const BEAT_MS = 250;

export interface Beat {
  readonly high: boolean;
  readonly medium: boolean;
}

export const STEADY: Beat = { high: false, medium: false };

export const beatAt = (quarters: number): Beat => ({ high: quarters % 2 === 1, medium: quarters % 8 >= 4 });

/** Whether anything on the wall flashes: only what calls at medium or high does, and nothing where motion is unwanted. */
export const flashes = (alerts: readonly Alert[]): boolean => alerts.some((alert) => alert.priority !== "low" && calls(alert));
