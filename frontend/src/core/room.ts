/** What a tablet beside the patient says ahead of time: the cuff is about to squeeze. */

import type { Due } from "../wire/types.ts";
import { millis } from "./time.ts";

export const SOON_MS = 30_000;
const CUFF: ReadonlySet<string> = new Set(["cuff", "effect", "recheck", "baseline", "point"]);

/** How long until the next cuff, when that is at most half a minute; null otherwise. */
export function cuffSoon(due: readonly Due[], now: number): number | null {
  const left = due.filter((item) => CUFF.has(item.kind) && item.state !== "missed").map((item) => millis(item.at) - now);
  const next = Math.min(...left.filter((span) => span > 0));
  return next <= SOON_MS ? next : null;
}
