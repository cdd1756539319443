/** The panel of the action that is open. */

import type { ComponentChildren } from "preact";
import type { ActionName } from "../../core/actions.ts";
import { Assessment } from "./assess.tsx";
import { Baseline } from "./baseline.tsx";
import { Intervention, Medication } from "./care.tsx";
import { CheckIn } from "./check-in.tsx";
import { Cancel, OffMonitor, Oxygen, Pause, Recovery, Resume, Stop } from "./course.tsx";
import { ClearToDose, Dose } from "./dose.tsx";
import { Emergency } from "./emergency.tsx";
import { Discharge, Leave } from "./leave.tsx";
import { Limits } from "./limits.tsx";
import { opened } from "./open.ts";
import { CorrectPatient, Move } from "./place.tsx";
import { Correction, Void, WrongChair } from "./repair.tsx";
import { Screening } from "./screening.tsx";
import { Symptom } from "./symptom.tsx";
import { AdverseEvent, HandReading, Note } from "./told.tsx";

const PANELS: Readonly<Partial<Record<ActionName | "emergency", () => preact.JSX.Element>>> = {
  check_in: CheckIn,
  screening: Screening,
  assessment: Assessment,
  baseline: Baseline,
  clear: ClearToDose,
  dose: Dose,
  pause: Pause,
  resume: Resume,
  stop: Stop,
  recovery: Recovery,
  medication: Medication,
  intervention: Intervention,
  symptom: Symptom,
  note: Note,
  limits: Limits,
  oxygen: Oxygen,
  off_monitor: OffMonitor,
  adverse_event: AdverseEvent,
  reading: HandReading,
  correction: Correction,
  void: Void,
  wrong_chair: WrongChair,
  move: Move,
  patient: CorrectPatient,
  discharge: Discharge,
  leave: Leave,
  cancel: Cancel,
  emergency: Emergency,
};

export function Opened({ more }: { more: ComponentChildren }) {
  const now = opened.value;
  if (now === null) return null;
  if (now.action === "more") return <>{more}</>;
  const One = PANELS[now.action];
  return One === undefined ? null : <One key={now.action} />;
}
