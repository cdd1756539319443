/** Writes into a session when its dosing clock was read, where the server does not say: at the moment the frame was heard. */

import type { Frame, Session } from "../wire/types.ts";

function dated(session: Session, at: string): Session {
  const dosing = session.dosing;
  return dosing === null || dosing.as_of ? session : { ...session, dosing: { ...dosing, as_of: at } };
}

/** The same frame, every `elapsed_min` in it with its time. `now` in clinic milliseconds; before the first `hello` nothing is known. */
export function stamped(frame: Frame, now: number | null): Frame {
  if (now === null || Number.isNaN(now)) return frame;
  const at = new Date(now).toISOString();
  if (frame.type === "changes" && frame.sessions !== undefined) return { ...frame, sessions: frame.sessions.map((session) => dated(session, at)) };
  if (frame.type !== "snapshot") return frame;
  return { ...frame, chairs: frame.chairs.map((item) => (item.session ? { ...item, session: dated(item.session, at) } : item)) };
}
