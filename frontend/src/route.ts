/** Which page is shown: a pure reading of the address, and the links that change it without a new load. */

import { signal } from "@preact/signals";

export type Route =
  | { readonly page: "wall" | "shift" }
  | { readonly page: "session" | "record"; readonly id: string }
  | { readonly page: "alerts" | "compare"; readonly query: string }
  /** `text`: what was searched for. It may be a name, so it is kept beside the address and never in it. */
  | { readonly page: "history"; readonly query: string; readonly text: string }
  | { readonly page: "setup"; readonly part: string };

const SESSION = /\/s\/([0-9a-fA-F-]{1,64})\/?$/;
const RECORD = /\/history\/([0-9a-fA-F-]{1,64})\/?$/;
const SETUP = /\/setup(?:\/([a-z-]{1,40}))?\/?$/;
const PAGE = /\/(alerts|shift|history|history\/compare)\/?$/;

export function routeOf(path: string, query = "", text = ""): Route {
  const session = SESSION.exec(path)?.[1];
  if (session !== undefined) return { page: "session", id: session };
  const setup = SETUP.exec(path);
  if (setup !== null) return { page: "setup", part: setup[1] ?? "" };
  const page = PAGE.exec(path)?.[1];
  if (page === "shift") return { page };
  if (page === "history") return { page, query, text };
  if (page !== undefined) return { page: page === "alerts" ? "alerts" : "compare", query };
  const record = RECORD.exec(path)?.[1];
  return record === undefined ? { page: "wall" } : { page: "record", id: record };
}

export const route = signal<Route>({ page: "wall" });

export const sessionPath = (id: string): string => `s/${encodeURIComponent(id)}`;
export const recordPath = (id: string): string => `history/${encodeURIComponent(id)}`;

/** What a page wants to find again when the person comes back to it, beside its address. */
function textBeside(state: unknown): string {
  const text = typeof state === "object" && state !== null && "text" in state ? state.text : "";
  return typeof text === "string" ? text : "";
}

const read = (): void => {
  route.value = routeOf(location.pathname, location.search, textBeside(history.state));
};

/** Follows the address now and whenever it changes. */
export function follow(): void {
  read();
  window.addEventListener("popstate", read);
}

/** Another page, keeping the connection and the sound. `replace`: the address before is not worth going back to. */
export function visit(path: string, replace = false, text = ""): void {
  const to = new URL(path === "" ? "./" : path, document.baseURI);
  const beside = text === "" ? null : { text };
  if (replace) history.replaceState(beside, "", to);
  else history.pushState(beside, "", to);
  read();
}

/** A link within the page: a plain click changes the view and keeps the connection and the sound. */
export function go(event: MouseEvent, path: string, text = ""): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(path, false, text);
}
