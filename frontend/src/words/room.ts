/** The words of a tablet beside one patient. */

import { mss } from "../core/time.ts";

export const ROOM = {
  here: "I’m here",
  free: "Nobody sits here now.",
  noChair: "This tablet has no chair yet.",
  toShift: "Shift",
  session: "Session",
} as const;

export const cuffIn = (left: number): string => `The cuff will squeeze in ${mss(left)}`;
