/** Short forms for the tiles, where the whole words do not fit: of what is due, and of who has the chair. */

import type { Density } from "../core/layout.ts";
import type { Due } from "../wire/types.ts";
import { dueShort, dueWhen } from "./clinical.ts";

const HOURS: Record<string, number> = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 };

/** The minutes that a protocol's own words name: `40 minutes after the first device`, `at two hours`. */
function minutesSaid(text: string): number | null {
  const minutes = /(\d+)\s*min/i.exec(text)?.[1];
  if (minutes !== undefined) return Number(minutes);
  const hours = /(\d+|one|two|three|four|five|six)\s*(?:h|hours?)\b/i.exec(text)?.[1]?.toLowerCase();
  return hours === undefined ? null : (HOURS[hours] ?? Number(hours)) * 60;
}

/** `Blood pressure 40 minutes after the first device` is `BP +40 min`, in the smallest tiles `BP +40`; what is not understood is a `Check`. */
export function dueBrief(due: Due, density: Density): string {
  if (due.kind !== "point" || due.text === null || due.text === undefined) return dueShort(due);
  const after = /^(blood pressure|bp)\b/i.test(due.text) ? minutesSaid(due.text) : null;
  if (after === null) return "Check";
  return density === "S" ? `BP +${after}` : `BP +${after} min`;
}

/** `BP +40 min in 12:10`; where there is least room, `BP +40 12′ late`. */
export function dueLine(due: Due, now: number, density: Density): string {
  const when = dueWhen(due, now);
  return `${dueBrief(due, density)} ${density === "S" ? when.replace(" min late", "′ late") : when}`;
}

/** `RN`, `Dr`, `Sr.`: not a name. */
const isTitle = (word: string): boolean => /^([A-Z]{2,4}|Dr|Prof|M[rsx]{1,2}|Sr|Br|.*\.)$/.test(word);

/** A name within so many letters: whole, else `R. Ashe`, else its initials or its beginning; the whole one stays in its title. */
export function nameBrief(name: string, letters: number): string {
  if (name.length <= letters) return name;
  const words = name.trim().split(/\s+/);
  const names = words.filter((word) => !isTitle(word));
  const own = names.length === 0 ? words : names;
  const last = own.at(-1) ?? name;
  const shorter = own.length > 1 ? `${own[0]?.charAt(0) ?? ""}. ${last}` : last;
  if (shorter.length <= letters) return shorter;
  if (own.length === 1) return `${last.slice(0, Math.max(1, letters - 1))}.`;
  return own.map((word) => word.charAt(0).toUpperCase()).join("").slice(0, 3);
}

/** Letters that the line of a quiet tile holds at its least size. */
const LINE: Record<Density, number> = { L: 36, M: 27, S: 0 };
const MOST = 17;

/** How many letters of a name fit behind what is due. */
export const lettersLeft = (density: Density, due: string): number => Math.max(3, Math.min(MOST, LINE[density] - due.length));
