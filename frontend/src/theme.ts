/** Dim or light, chosen at this screen; dim where nothing was chosen: therapy rooms are dark. */

import { signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

export type Theme = "dark" | "light";

export const theme = signal<Theme>("dark");

function show(chosen: Theme): void {
  theme.value = chosen;
  document.documentElement.dataset["theme"] = chosen;
}

export const followTheme = (): void => show(kept("theme") === "light" ? "light" : "dark");

export function toggleTheme(): void {
  show(theme.peek() === "dark" ? "light" : "dark");
  keep("theme", theme.peek());
}
