/** Which key means what: pure, so that letters typed into a field, or switched off, never do anything. */

export type KeyAction =
  | { readonly kind: "nextAlert" | "previousAlert" | "acknowledge" | "pause" | "theme" | "fullScreen" | "help" | "back" | "open" | "search" }
  | { readonly kind: "chair"; readonly number: number }
  /** The act of a session that has this letter. */
  | { readonly kind: "act"; readonly letter: string }
  | { readonly kind: "move"; readonly columns: number; readonly rows: number };

export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** The focus is in a field that takes text. */
  readonly typing: boolean;
}

const MOVES: Record<string, readonly [columns: number, rows: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const LETTERS: Record<string, KeyAction> = {
  n: { kind: "nextAlert" },
  a: { kind: "acknowledge" },
  p: { kind: "pause" },
  t: { kind: "theme" },
  f: { kind: "fullScreen" },
  "/": { kind: "search" },
  "?": { kind: "help" },
};

/** Dose, medication, note, recheck, limits, checklist: on a session's page, where they come before the letters of every page. */
const ACTS = "dmtblc";

/** `letters`: the single-letter keys are on at this screen; `session`: a session's page is shown, with its own letters. */
export function actionOf(pressed: Pressed, letters: boolean, session = false): KeyAction | null {
  if (pressed.typing || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const { key } = pressed;
  if (key === "Escape") return { kind: "back" };
  if (key === "Enter") return { kind: "open" };
  const move = MOVES[key];
  if (move !== undefined) return { kind: "move", columns: move[0], rows: move[1] };
  if (!letters) return null;
  if (/^[1-9]$/.test(key)) return { kind: "chair", number: Number(key) };
  if (key === "N" || (key === "n" && pressed.shiftKey)) return { kind: "previousAlert" };
  const letter = key.toLowerCase();
  if (session && letter.length === 1 && ACTS.includes(letter)) return { kind: "act", letter: letter.toUpperCase() };
  return LETTERS[letter] ?? null;
}

/** The place of the tile one step away, or the same one at an edge. */
export function stepped(from: number, count: number, columns: number, move: { readonly columns: number; readonly rows: number }): number {
  const to = from + move.columns + move.rows * columns;
  const sameRow = move.columns === 0 || Math.floor(to / columns) === Math.floor(from / columns);
  return to >= 0 && to < count && sameRow ? to : from;
}
