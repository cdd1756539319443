/** Times of the wire as numbers, and numbers as the words a nurse reads: one place, so that no view parses a date itself. */

const PARTS = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/i;

/** Microseconds since the epoch of an RFC 3339 time, or NaN. `Date.parse` alone would cut the server's microseconds off. */
export function micros(text: string): number {
  const parts = PARTS.exec(text);
  if (parts === null) return Number.NaN;
  const [, seconds, fraction = "", zone] = parts;
  const whole = Date.parse(`${seconds}${(zone ?? "Z").toUpperCase()}`.replace(" ", "T"));
  return whole * 1000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
}

/** Milliseconds since the epoch, or NaN when there is no time to read. */
export function millis(text: string | null | undefined): number {
  return text === null || text === undefined ? Number.NaN : micros(text) / 1000;
}

const pad = (n: number): string => String(n).padStart(2, "0");

/** `hh:mm` of the screen's own time zone. */
export function hhmm(at: number): string {
  const date = new Date(at);
  return Number.isNaN(at) ? "--:--" : `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** `hh:mm:ss` of the screen's own time zone. */
export function hhmmss(at: number): string {
  return Number.isNaN(at) ? "--:--:--" : `${hhmm(at)}:${pad(new Date(at).getSeconds())}`;
}

/** `m:ss` of a span in milliseconds, never negative; minutes are not folded into hours. */
export function mss(span: number): string {
  const seconds = Math.max(0, Math.floor(span / 1000));
  return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
}
