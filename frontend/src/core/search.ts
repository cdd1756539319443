/** What a search of sessions asks for: read from the address, written to it, and put to the server. */

import type { Priority } from "../wire/types.ts";
import { dayStart, instant, isDay } from "./day.ts";

/** Empty: anything. `text` is about a patient and never stands in an address. */
export interface Search {
  readonly text: string;
  readonly from: string;
  readonly to: string;
  readonly chair: string;
  readonly protocol: string;
  readonly had: Priority | "";
  readonly over: string;
  readonly patient: string;
}

export type SearchName = keyof Search;
export const NOTHING_ASKED: Search = { text: "", from: "", to: "", chair: "", protocol: "", had: "", over: "", patient: "" };

const IN_ADDRESS = ["from", "to", "chair", "protocol", "had", "over", "patient"] as const;
const PRIORITIES = ["high", "medium", "low"];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const LOWEST_PEAK = 30;
export const HIGHEST_PEAK = 300;

/** Whether a value can be asked for at all: an address may have been typed or cut. */
const FITS: Record<(typeof IN_ADDRESS)[number], (value: string) => boolean> = {
  from: isDay,
  to: isDay,
  chair: (value) => UUID.test(value),
  protocol: (value) => /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,63}$/.test(value),
  had: (value) => PRIORITIES.includes(value),
  over: (value) => isPeak(value),
  patient: (value) => UUID.test(value),
};

export function isPeak(value: string): boolean {
  return /^\d{1,3}(\.\d)?$/.test(value) && Number(value) >= LOWEST_PEAK && Number(value) <= HIGHEST_PEAK;
}

export function searchOf(query: string, text: string): Search {
  const given = new URLSearchParams(query);
  const found: Record<string, string> = {};
  for (const name of IN_ADDRESS) {
    const value = given.get(name) ?? "";
    if (FITS[name](value)) found[name] = value;
  }
  return { ...NOTHING_ASKED, ...found, text: text.trim() };
}

/** `from=2026-11-20&had=high`, without what is about a patient by name. */
export function addressOf(search: Search): string {
  const query = new URLSearchParams();
  for (const name of IN_ADDRESS) if (search[name] !== "") query.set(name, search[name]);
  return query.toString();
}

/** The filters that are set, in the order of the form. */
export const asked = (search: Search): readonly SearchName[] => (["text", ...IN_ADDRESS] as const).filter((name) => search[name] !== "");

export const without = (search: Search, name: SearchName): Search => ({ ...search, [name]: "" });

/** A day is from its first moment to that of the next, where this screen stands. "Over" is at least: 160 finds 160. */
export function requestOf(search: Search, limit: number, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(limit), trend: "true" });
  const put = (name: string, value: string): void => {
    if (value !== "") query.set(name, value);
  };
  put("q", search.text);
  if (search.from !== "") put("from", instant(dayStart(search.from)));
  if (search.to !== "") put("to", instant(dayStart(search.to, 1)));
  put("chair_id", search.chair);
  put("protocol", search.protocol);
  put("had_priority", search.had);
  put("min_peak_systolic", search.over);
  put("patient_id", search.patient);
  put("cursor", cursor ?? "");
  return `sessions?${query.toString()}`;
}
