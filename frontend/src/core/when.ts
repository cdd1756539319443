/** When something happened, from the hours and minutes a nurse types: the latest such moment that is not in the future. */

const DAY_MS = 24 * 60 * 60_000;
const SLACK_MS = 60_000;

/** RFC 3339, or null when nothing was typed: it happened now. Of the running minute the moment is now, not its beginning. */
export function momentOf(time: string, now: number): string | null {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(time);
  if (parts === null || Number.isNaN(now)) return null;
  const at = new Date(now);
  at.setHours(Number(parts[1]), Number(parts[2]), 0, 0);
  const moment = at.getTime();
  if (moment <= now) return now - moment < SLACK_MS ? null : new Date(moment).toISOString();
  return new Date(moment - DAY_MS).toISOString();
}
