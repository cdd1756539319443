/** When something happened, from the hours and minutes a nurse types: a clock on the wall has no date. */

const HOUR_MS = 60 * 60_000;
const SLACK_MS = 60_000;

/** The moment of that time of day on the day of `on`, and so many days later; NaN when no time was typed. */
function onDay(time: string, on: number, later = 0): number {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(time);
  if (parts === null || Number.isNaN(on)) return Number.NaN;
  const at = new Date(on);
  at.setDate(at.getDate() + later);
  return at.setHours(Number(parts[1]), Number(parts[2]), 0, 0);
}

const rfc3339 = (at: number): string => new Date(at).toISOString();

/**
 * The latest such moment that has passed, as RFC 3339; null when nothing was typed: it happened now. Of the running minute the moment is
 * now, not its beginning. A time that would lie long before the session began (`since`) was meant for today and has not come yet: it
 * goes out like that, and the server says so. A watch that runs two minutes fast must not put a dose into yesterday.
 */
export function momentOf(time: string, now: number, since: number = now): string | null {
  const today = onDay(time, now);
  if (Number.isNaN(today)) return null;
  if (today <= now) return now - today < SLACK_MS ? null : rfc3339(today);
  const yesterday = onDay(time, now, -1);
  return rfc3339(yesterday < Math.min(since, now) - 12 * HOUR_MS ? today : yesterday);
}

/** Of a correction: the moment nearest to what is corrected, whatever day that was. Null when nothing was typed. */
export function momentNear(time: string, near: number): string | null {
  const [first, ...others] = [0, -1, 1].map((days) => onDay(time, near, days));
  if (first === undefined || Number.isNaN(first)) return null;
  return rfc3339(others.reduce((best, at) => (Math.abs(at - near) < Math.abs(best - near) ? at : best), first));
}
