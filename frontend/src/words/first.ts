/** The words of the first run: making the clinic, and its first steps. */

import type { StepName } from "../core/setup.ts";

export const FIRST_STEPS: Record<StepName, readonly [title: string, told: string, link: string]> = {
  chairs: ["Add chairs", "“Chair 1–10” adds ten at once.", "Add chairs"],
  gateways: ["Connect a gateway", "It gets a key and sends what its devices measure. Simulated patients will do for a start.", "Add a gateway"],
  devices: ["Place the devices", "Each stands at a chair and is heard once.", "See devices"],
  people: ["Add people", "At least one nurse and one clinician.", "Add people"],
  protocols: ["Make a protocol your own", "The packs hold starting values. A clinician reads the one you use and saves it with your medical lead's limits.", "See protocols"],
  shift: ["Start the shift", "Name this browser as a station, hear the alarm once, and begin.", "Start the shift"],
};

export const FIRST = {
  title: "First steps",
  told: "In this order. Each is ticked when it is so, not when somebody says so.",
  left: (count: number): string => (count === 0 ? "All done." : count === 1 ? "1 left." : `${count} left.`),
  welcome: "Welcome to KAT Monitor",
  welcomeTold: "Nobody has an account here yet. Name the clinic and make its first administrator.",
  code: "Code",
  codeHint: "The server printed it where it was started.",
  clinic: "Name of the clinic",
  name: "Your name",
  nameHint: "As colleagues read it.",
  username: "User name",
  password: "Password",
  passwordHint: "At least 15 characters. A few words together are easy to keep.",
  create: "Create the clinic",
  wrongCode: "This is not the code the server printed.",
  notKept: "The clinic is made, but this browser did not keep the login. Open KAT Monitor by its https address; on a plain http network, set KAT_COOKIE_SECURE=false on the server.",
  already: "This server has been set up already.",
} as const;
