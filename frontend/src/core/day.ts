/** Calendar days as this screen's own time zone has them: what a date field means, and in which hour something was. */

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const pad = (n: number): string => String(n).padStart(2, "0");

/** `2026-11-26`, as a date field has it; empty for no time. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(at) ? "" : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The first moment of a day, or of one so many days later; NaN for what is no day. A day may have 23 or 25 hours. */
export function dayStart(day: string, later = 0): number {
  const [, year, month, date] = DAY.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return Number.NaN;
  const at = new Date(year, month - 1, date).getTime();
  return dayOf(at) === day ? new Date(year, month - 1, date + later).getTime() : Number.NaN;
}

export const isDay = (day: string): boolean => !Number.isNaN(dayStart(day));

/** RFC 3339, for the server. */
export const instant = (at: number): string => new Date(at).toISOString();

export const hourOf = (at: number): number => new Date(at).getHours();
