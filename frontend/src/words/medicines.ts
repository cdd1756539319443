/** Names that a tap fills in: medicines with their usual route and unit, never how much; what else was done; in an emergency. */

import { humanised } from "./clinical.ts";

export interface Preset {
  readonly drug: string;
  readonly route: string;
  readonly unit: string;
}

/** What the clinical sources name for the rise of pressure, nausea, distress, low heart rate, pain and a low glucose. */
export const PRESETS: readonly Preset[] = [
  { drug: "labetalol", route: "iv", unit: "mg" },
  { drug: "hydralazine", route: "iv", unit: "mg" },
  { drug: "clonidine", route: "oral", unit: "µg" },
  { drug: "nifedipine", route: "oral", unit: "mg" },
  { drug: "ondansetron", route: "iv", unit: "mg" },
  { drug: "midazolam", route: "iv", unit: "mg" },
  { drug: "glycopyrronium", route: "iv", unit: "µg" },
  { drug: "atropine", route: "iv", unit: "µg" },
  { drug: "paracetamol", route: "oral", unit: "mg" },
];

export const DRUGS: Readonly<Record<string, string>> = { ketamine: "Ketamine", esketamine: "Esketamine" };
export const ROUTES: Readonly<Record<string, string>> = { iv: "IV", im: "IM", nasal: "Nasal", sublingual: "Under the tongue", oral: "By mouth", sc: "Under the skin", inhaled: "Inhaled" };
export const UNITS: readonly string[] = ["mg", "µg", "g", "ml", "units", "puffs"];

export const INTERVENTIONS: Readonly<Record<string, string>> = {
  orient: "Oriented",
  reassure: "Reassured",
  light: "Light adjusted",
  sound: "Sound adjusted",
  reposition: "Repositioned",
  recuff: "Cuff put on again",
  other_arm: "Other arm",
  pause: "Paused dosing",
  call: "Called for help",
  water: "Water given",
};

/** One tap each; the time is the tap's. */
export const EMERGENCY: Readonly<Record<string, string>> = {
  help_called: "Help called",
  ambulance_called: "Ambulance called",
  clinician_here: "Clinician here",
  team_here: "Team here",
  dosing_stopped: "Dosing stopped",
  oxygen_on: "Oxygen on",
  airway: "Airway opened",
  bag_mask: "Bag and mask",
  position: "Positioned",
  iv_access: "IV access",
  glucose_checked: "Glucose checked",
  rescue_medicine: "Rescue medicine",
  cpr_started: "CPR started",
  cpr_stopped: "CPR stopped",
  defibrillation: "Shock given",
  pulse_back: "Pulse back",
  breathing: "Breathing",
  handed_over: "Handed over",
};

/** What was done, by the term that is stored. */
export const doneWord = (action: string): string => EMERGENCY[action] ?? INTERVENTIONS[action] ?? humanised(action);
