/** Every word the screens say, reached from one place, so that they can be read, checked and changed together. */

export * from "./words/actions.ts";
export * from "./words/acts.ts";
export * from "./words/alerts-page.ts";
export * from "./words/audit.ts";
export * from "./words/chart.ts";
export * from "./words/clinical.ts";
export * from "./words/first.ts";
export * from "./words/form.ts";
export * from "./words/gates.ts";
export * from "./words/history.ts";
export * from "./words/medicines.ts";
export * from "./words/number.ts";
export * from "./words/protocol.ts";
export * from "./words/readiness.ts";
export * from "./words/record.ts";
export * from "./words/room.ts";
export * from "./words/screen.ts";
export * from "./words/setup.ts";
export * from "./words/shift.ts";
export * from "./words/sound.ts";
export * from "./words/timeline.ts";
export * from "./words/who.ts";
