/** The catalogue in English. Another language is a file beside this one that exports the same names (`words.ts` chooses). */

export * from "./actions.ts";
export * from "./acts.ts";
export * from "./alerts-page.ts";
export * from "./audit.ts";
export * from "./brief.ts";
export * from "./chart.ts";
export * from "./clinical.ts";
export * from "./first.ts";
export * from "./form.ts";
export * from "./gates.ts";
export * from "./history.ts";
export * from "./medicines.ts";
export * from "./number.ts";
export * from "./protocol.ts";
export * from "./readiness.ts";
export * from "./record.ts";
export * from "./room.ts";
export * from "./screen.ts";
export * from "./setup.ts";
export * from "./shift.ts";
export * from "./sound.ts";
export * from "./timeline.ts";
export * from "./who.ts";
