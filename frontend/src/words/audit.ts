/** The audit trail in words: who did what to what. */

import { humanised } from "./clinical.ts";

export const ACTIONS: Record<string, string> = {
  "alert.read": "read an alert",
  "chair.create": "added a chair",
  "chair.change": "changed a chair",
  "chair.ready": "marked a chair ready",
  "clinic.create": "made the clinic",
  "device.create": "added a device",
  "device.change": "changed a device",
  "device.move": "moved a device",
  "device.order": "asked a device",
  "gateway.create": "added a gateway",
  "gateway.revoke": "revoked a gateway's key",
  "login.begin": "logged in",
  "login.end": "logged out",
  "patient.create": "added a patient",
  "patient.change": "changed a patient",
  "patient.read": "read a patient",
  "protocol.create": "saved a protocol version",
  "session.read": "read a session",
  "shift.begin": "came on shift",
  "shift.end": "ended a shift",
  "shift.move": "moved to another station",
  "station.enrol": "named a station",
  "station.change": "changed a station",
  "station.retire": "retired a station",
  "token.create": "made a token",
  "token.revoke": "revoked a token",
  "user.change": "changed an account",
  "user.create": "added an account",
};

export const actionWords = (action: string): string => ACTIONS[action] ?? humanised(action.replaceAll(".", " ")).toLowerCase();

export const AUDIT = {
  by: "Who",
  did: "What",
  chair: "Chair",
  day: "Day",
  anybody: "Anybody",
  anything: "Anything",
  anywhere: "Any chair",
  clear: "Show everything",
  older: "Older",
  newest: "Newest",
  none: "Nothing was done that fits.",
  server: "the server",
  number: "No.",
  at: "When",
  what: "Details",
} as const;
