/** The keyboard: moves between tiles and alerts, acknowledges the one in focus, and tells all keys on `?`. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { actionOf, stepped, type KeyAction } from "../core/keys.ts";
import { keep, kept } from "../kept.ts";
import { toggleTheme } from "../theme.ts";
import { KEYS, W } from "../words.ts";
import { finding } from "./find.tsx";

const helpShown = signal(false);
export const letters = signal(kept("keys") !== "off");

const all = (selector: string): HTMLElement[] => Array.from(document.querySelectorAll<HTMLElement>(selector));
const focused = (): HTMLElement | null => (document.activeElement instanceof HTMLElement ? document.activeElement : null);
const TILES = "[data-test=tile]";
const ACTS = "[data-test=actions]";
const ROWS = ":is([data-test=alert], .alert-bar) .ack:enabled";
/** On a session's page: the one alert that its bar is about. */
const BAR = ".alert-bar[data-alert]";

function moveTile(move: { readonly columns: number; readonly rows: number }): boolean {
  const tiles = all(TILES);
  const from = tiles.findIndex((tile) => tile === focused());
  const columns = Number(document.querySelector<HTMLElement>("[data-test=wall]")?.style.getPropertyValue("--columns") ?? 1);
  if (from < 0) return false;
  tiles[stepped(from, tiles.length, columns, move)]?.focus();
  return true;
}

function moveAlert(by: 1 | -1): boolean {
  const rows = all(ROWS);
  const at = rows.findIndex((row) => row === focused());
  const next = at < 0 ? (by === 1 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length;
  rows[next]?.focus();
  return rows.length > 0;
}

/** One alert per press, and only one that is in focus: its own button, the most urgent of the tile in focus, or the one a session's page is about. */
function acknowledge(): boolean {
  const here = focused();
  const id = here?.closest<HTMLElement>("[data-alert]")?.dataset["alert"] ?? here?.closest(TILES)?.querySelector<HTMLElement>("[data-alert]")?.dataset["alert"] ?? document.querySelector<HTMLElement>(BAR)?.dataset["alert"];
  if (id === undefined) return false;
  all("[data-alert]").find((element) => element.dataset["alert"] === id && element.querySelector(".ack:enabled") !== null)?.querySelector<HTMLElement>(".ack:enabled")?.click();
  return true;
}

function click(selector: string | null, within: ParentNode | null = document): boolean {
  const found = selector === null ? null : (within?.querySelector<HTMLElement>(selector) ?? null);
  found?.click();
  return found !== null;
}

function back(): boolean {
  // A page that is still being fetched has no way back of its own yet.
  if (!helpShown.peek()) return click("[data-test=back]") || (document.querySelector("[data-test=page-fetching]") !== null && click(".brand"));
  helpShown.value = false;
  return true;
}

function act(action: KeyAction): boolean {
  switch (action.kind) {
    case "move":
      return moveTile(action);
    case "nextAlert":
      return moveAlert(1);
    case "previousAlert":
      return moveAlert(-1);
    case "acknowledge":
      return acknowledge();
    case "open":
      return focused()?.matches(TILES) === true && click("h2 a", focused());
    case "chair":
      all(TILES)[action.number - 1]?.focus();
      return true;
    case "act":
      return click(`${ACTS} [data-key=${action.letter}]:enabled`);
    case "pause":
      return click("[data-test=pause-sound]");
    case "theme":
      toggleTheme();
      return true;
    case "fullScreen":
      void (document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen());
      return true;
    case "help":
      helpShown.value = !helpShown.peek();
      return true;
    case "search":
      finding.value = document.querySelector(TILES) !== null;
      return finding.peek();
    case "back":
      return back();
  }
}

function pressed(event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const typing = target !== null && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  const action = actionOf({ key, shiftKey, ctrlKey, metaKey, altKey, typing }, letters.peek(), document.querySelector(ACTS)?.checkVisibility() === true);
  if (action !== null && act(action)) event.preventDefault();
}

export function toggleLetters(): void {
  letters.value = !letters.peek();
  keep("keys", letters.peek() ? "on" : "off");
}

export function Keys() {
  useEffect(() => {
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  if (!helpShown.value) return null;
  return (
    <section class="help" role="dialog" aria-label={W.keys} data-test="keys">
      <h2>{W.keys}</h2>
      <dl>
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input type="checkbox" checked={letters.value} onChange={toggleLetters} /> {W.letterKeys}
      </label>
      <button type="button" class="btn" data-test="close-keys" onClick={() => (helpShown.value = false)}>
        {W.close}
      </button>
    </section>
  );
}

/** For the foot of the list of alerts. */
export function KeyHints() {
  if (!letters.value) return null;
  return (
    <p class="hints">
      {KEYS.filter(([, , hint]) => hint !== undefined).map(([key, , hint]) => (
        <span key={key}>
          <kbd>{key}</kbd> {hint}
        </span>
      ))}
      <button type="button" class="hint-all" data-test="all-keys" onClick={() => (helpShown.value = true)}>
        <kbd>?</kbd> {W.allKeys}
      </button>
    </p>
  );
}
