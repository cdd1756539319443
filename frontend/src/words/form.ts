/** The words every form shares: why it cannot be sent, what was refused, and what to do about it. */

export const F = {
  save: "Save",
  saving: "Saving…",
  cancel: "Cancel",
  required: "Fill this in.",
  offline: "Not connected: nothing can be saved now",
  notSaved: "Not saved. Try again.",
  notKnownSaved: "No answer: it is not known whether this was saved. Press again; it is never recorded twice.",
  loggedOut: "You are logged out. Log in to go on; what you typed stays.",
  forbidden: "Your role does not allow this.",
  slowed: "Too many attempts. Wait a little, then try again.",
  checkFields: "Some fields need another look.",
  gates: "Not yet:",
  optional: "optional",
} as const;

/** What went wrong, in a sentence; the server's own words where they say more. */
export function refusalWords(status: number, detail: string): string {
  if (status === 0 || status === 503) return F.notKnownSaved;
  if (status === 401) return F.loggedOut;
  if (status === 429) return F.slowed;
  if (status === 422) return F.checkFields;
  return detail === "" ? F.notSaved : detail;
}

/** The pages of the top bar. */
export const PAGES = { wall: "Wall", alerts: "Alerts", history: "History", shift: "Shift", setup: "Setup" } as const;
