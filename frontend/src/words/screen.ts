/** The words around the numbers: buttons, headings, states of the connection, the sound and the login. */

import { hhmm, millis, mss } from "../core/time.ts";
import type { Left } from "../wire/types.ts";
import { number } from "./number.ts";

export const W = {
  product: "KAT Monitor",
  wall: "Wall",
  gone: "– –",
  connecting: "Connecting…",
  live: "Live",
  waiting: "Waiting",
  notConnectedTitle: "NOT CONNECTED",
  notConnectedShort: "Not connected",
  notRecording: "Not recording. What is measured now is not being stored.",
  username: "User name",
  password: "Password",
  login: "Log in",
  loggingIn: "Logging in…",
  loginRefused: "User name or password is not right.",
  loginSlowed: "Too many attempts. Wait a little, then try again.",
  loginUnreachable: "The server cannot be reached. Try again.",
  loginAgain: "You are logged out. Log in to go on.",
  loginLocked: "Locked: nobody has acted here for a while. Alarms go on.",
  lockedShort: "Locked",
  unlock: "Log in to act",
  logout: "Log out",
  volume: "Loudness",
  turnOnSound: "Turn on sound",
  soundOn: "Sound on",
  soundBlocked: "Sound off",
  resumeSound: "Sound again",
  updated: "Updated.",
  reload: "Reload",
  pageComing: "One moment…",
  fault: "A fault of this screen: this cannot be shown now. Watch the patient directly.",
  pageFailed: "This page could not be fetched from the server.",
  tryAgain: "Try again",
  free: "Free",
  baseline: "Baseline",
  startSession: "Start session",
  markReady: "Mark chair ready",
  discharge: "Discharge",
  checklist: "Checklist",
  noChairs: "No chairs yet. Ask an administrator.",
  needsAttention: "Needs attention",
  nothing: "Nothing needs attention",
  notKnown: "Not known while there is no connection",
  dueNext: "Due next",
  nothingDue: "Nothing due",
  clinicWide: "Clinic",
  find: "Find a chair or patient",
  findNothing: "No chair and no patient by that name",
  keys: "Keys",
  allKeys: "all keys",
  letterKeys: "Single letters and digits do something on this screen",
  close: "Close",
  activeAlerts: "Open alerts",
  technical: "technical",
  lightTheme: "Light screen",
  dimTheme: "Dim screen",
  behindHigher: "Covered by the higher alert",
  escalated: "Escalated",
  clinicianCalled: "Clinician called",
  moreAlerts: (count: number): string => `${count} more here`,
  earlierSession: "Earlier session",
  acknowledge: "Acknowledge",
  acknowledgeShort: "Ack",
  acknowledging: "Acknowledging…",
  acknowledgeFailed: "Not acknowledged. Try again",
  acknowledgedNow: "Acknowledged",
  returned: "Resolved, not reviewed",
  notStored: "Not stored yet",
  unconfirmed: "Not confirmed by a second reading",
  late: "Reported late",
  criteriaMet: "Criteria met",
  readiness: "Readiness",
  readinessNotKnown: "Readiness not known",
  timeline: "Timeline",
  refresh: "Refresh",
  timelineFailed: "The timeline could not be read. Try again.",
  timelineEmpty: "Nothing recorded yet.",
  notOnWall: "This session is not on the wall now.",
  back: "Back to the wall",
  paused: "paused",
  trend: "Trend",
  unit: "mmHg",
  map: "MAP",
  fromBaseline: (percent: number): string => `${percent > 0 ? "+" : ""}${number(percent)} % from baseline`,
  noBaseline: "No baseline",
} as const;

/** What is left of the planned dosing, or by how much it is over. */
export const remainingWords = (left: number): string => (left >= 0 ? `${mss(left)} left` : `${mss(-left)} over`);
/** Each key, what it does, and the short words for those that the list of alerts mentions. */
export const KEYS: readonly (readonly [key: string, meaning: string, hint?: string])[] = [
  ["N", "Next alert; with Shift the one before", "next alert"],
  ["A", "Acknowledge the alert in focus", "acknowledge"],
  ["Enter", "Open the chair in focus", "open"],
  ["/", "Find a chair or patient"],
  ["P", "Pause the sound", "pause sound"],
  ["←↑↓→", "Move between the chairs"],
  ["1–9", "Go to a chair"],
  ["T", "Dim or light screen"],
  ["F", "Full screen"],
  ["D M T B L C", "On a session: dose, medication, note, recheck BP, limits, checklist"],
  ["Esc", "Back"],
  ["?", "These keys"],
];

const spanWords = (span: number): string => (span < 60_000 ? `${Math.round(span / 1000)} s` : `${Math.round(span / 60_000)} min`);
export const wasHiddenWords = (span: number): string => `This page was hidden for ${spanWords(span)}: alarms sounded here, but nobody could see them.`;
export const hiddenTitle = (title: string): string => `(hidden) ${title}`;
export const hiddenStations = (labels: readonly string[]): string => `${labels.join(", ")}: hidden. Nobody can see alarms there.`;
export const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;
export const volumeWords = (volume: string): string => `Volume ${volume}`;
export const wasAsleep = (span: number): string =>
  `This screen was asleep for ${spanWords(span)}: no alarm was shown or heard here.`;
/** `Discharged 14:05`. */
export const leftWords = ({ ended_at, phase }: Left): string => `${phase === "cancelled" ? "Cancelled" : "Discharged"} ${hhmm(millis(ended_at))}`;
const OUTCOMES: Record<string, string> = { met: "All criteria met", override: "By a clinician's decision", left_before_ready: "Left before ready", transferred: "Transferred" };
export const outcomeWords = ({ outcome }: Left): string => (outcome === null ? "" : (OUTCOMES[outcome] ?? ""));
export const worst = (value: number): string => `worst ${number(value)}`;
export const notConnected = (since: string): string => `Not connected since ${since}. Values are old. Watch patients directly.`;
export const neverConnected = "Not connected. Watch patients directly.";
export const simulated = (rate: number): string => `Simulated, ${number(rate)} x`;
export const watching = (count: number, audible: number): string => `${count} watching, ${audible} with sound`;
export const pauseSound = (ms: number): string => `Pause sound ${ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 1000)} s`}`;
export const soundPaused = (left: number): string => `Sound paused ${mss(left)}`;
