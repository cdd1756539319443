/** Takes from a frame what this screen does not say of who the patients are, before anything of it is kept. */

import type { Frame, Patient, Privacy, Session } from "../wire/types.ts";

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((part) => part.charAt(0).toUpperCase())
    .join("")
    .slice(0, 3);

function shortened(patient: Patient, privacy: Privacy): Patient | null {
  if (privacy === "chair") return null;
  return { initials: patient.initials ?? (patient.name ? initialsOf(patient.name) : null) };
}

export const hidden = (session: Session, privacy: Privacy): Session => (session.patient ? { ...session, patient: shortened(session.patient, privacy) } : session);

/** The same frame for a screen of that privacy. */
export function withPrivacy(frame: Frame, privacy: Privacy): Frame {
  if (privacy === "full") return frame;
  if (frame.type === "changes" && frame.sessions !== undefined) return { ...frame, sessions: frame.sessions.map((session) => hidden(session, privacy)) };
  if (frame.type !== "snapshot") return frame;
  return { ...frame, chairs: frame.chairs.map((item) => (item.session ? { ...item, session: hidden(item.session, privacy) } : item)) };
}
