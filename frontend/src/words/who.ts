/** The words for who is on, who acts and who signs, at a station that several people share. */

import { mss } from "../core/time.ts";
import type { Problem } from "../api/http.ts";

export const WHO = {
  lockedTake: "Alerts can be taken by name.",
  whoTakes: "Who has it?",
  you: "you",
  acts: "Acts now",
  actsHint: "What is recorded here is recorded under this name.",
  loggedIn: "Logged in",
  nobodyOn: "Nobody is on",
  onNow: "On now",
  onHere: "On at this station",
  onElsewhere: "On elsewhere",
  onCall: "On call",
  nobodyOnCall: "Nobody on call",
  toShift: "Shift, assignments, hand-over",
  signs: "Sign",
  whoSigns: "Who signs?",
  pin: "6-digit PIN",
  password: "Your password",
  usePassword: "Use the password instead",
  usePin: "Use the PIN instead",
  sign: "Sign",
  rubOut: "Rub out",
  noPin: "No PIN is set yet: sign with your password, or set a PIN on the Shift page.",
  wrongPin: "That PIN is not right.",
  wrongPassword: "That password is not right.",
  passwordRequired: "Five wrong PINs: only the password signs now.",
  nobodyHere: "Nobody is on at this station. Start a shift on the Shift page, then sign.",
  cancel: "Cancel",
} as const;

export const more = (count: number): string => `+${count}`;
export const onCount = (count: number): string => `${count} on`;
export const onCallWords = (name: string): string => `on call ${name}`;
export const at = (label: string): string => `at ${label}`;
export const digits = (count: number): string => `${count} of 6 digits`;

/** Five wrong ones are all there are: the fifth is told as wrong with none left. */
export const onlyPassword = (problem: Problem): boolean => problem.code === "password_required" || (problem.code === "wrong_pin" && problem["left"] === 0);

/** Why the signature before was not taken. */
export function signRefused(problem: Problem): string {
  const left = problem["left"];
  if (onlyPassword(problem)) return WHO.passwordRequired;
  switch (problem.code) {
    case "wrong_pin":
      return typeof left === "number" ? `${WHO.wrongPin} ${left === 1 ? "1 try" : `${left} tries`} left.` : WHO.wrongPin;
    case "wrong_password":
      return WHO.wrongPassword;
    case "no_pin":
      return WHO.noPin;
    default:
      return problem.code === "signature_required" ? "" : problem.detail;
  }
}

/** `Okafor, again in 1:12`. */
export const againIn = (by: string, left: number): string => `${by}, again in ${mss(left)}`;

/** `all stations in 0:12`, `Dr Hale in 1:19`. */
export const escalatesIn = (to: string, left: number): string => `${to} in ${mss(left)}`;
export const allStations = "all stations";
export const clinicianOnCall = "clinician on call";
