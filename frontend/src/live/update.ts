/** When a page may load itself anew after the server was updated: when nobody would miss anything by it. */

import type { Alert, AudioState } from "../wire/types.ts";

export interface Now {
  readonly alerts: readonly Alert[];
  /** A new page is silent until somebody clicks, so a screen that can be heard waits for a person. */
  readonly audio: AudioState;
  readonly typing: boolean;
}

export const mayReload = ({ alerts, audio, typing }: Now): boolean => audio === "blocked" && !typing && !alerts.some((alert) => alert.state !== "returned");

/** Somebody is in the middle of something: a panel is open, or a field holds what the page did not put there. */
export function typing(page: ParentNode): boolean {
  if (page.querySelector("[role=dialog]") !== null) return true;
  return Array.from(page.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main input, main textarea, form input, form textarea")).some((field) => field.value !== field.defaultValue && field.type !== "range");
}

const MARK = "kat-monitor-loaded-for";

/** Whether this tab has not yet loaded itself for that version: a server that never has the newer page is not asked for ever. */
export function firstTimeFor(version: string): boolean {
  try {
    if (sessionStorage.getItem(MARK) === version) return false;
    sessionStorage.setItem(MARK, version);
    return true;
  } catch (failure) {
    if (failure instanceof DOMException) return false;
    throw failure;
  }
}
