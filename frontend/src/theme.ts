/** Dim or light, chosen at this screen and kept in its browser; dim where nothing was chosen: therapy rooms are dark. */

import { signal } from "@preact/signals";

export type Theme = "dark" | "light";

const KEY = "kat-monitor-theme";

export const theme = signal<Theme>("dark");

function show(chosen: Theme): void {
  theme.value = chosen;
  document.documentElement.dataset["theme"] = chosen;
}

/** Where storage is switched off the choice lasts until the page is loaded again. */
function guarded<T>(use: () => T, otherwise: T): T {
  try {
    return use();
  } catch (failure) {
    if (failure instanceof DOMException) return otherwise;
    throw failure;
  }
}

export const followTheme = (): void => show(guarded(() => localStorage.getItem(KEY), null) === "light" ? "light" : "dark");

export function toggleTheme(): void {
  show(theme.peek() === "dark" ? "light" : "dark");
  guarded(() => localStorage.setItem(KEY, theme.peek()), undefined);
}
