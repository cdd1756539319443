/** Which page is shown: the wall at `/`, a session at `/s/<id>`. */

import { signal } from "@preact/signals";

export type Route = { readonly page: "wall" } | { readonly page: "session"; readonly id: string };

const SESSION = /\/s\/([0-9a-fA-F-]{1,64})\/?$/;

export function routeOf(path: string): Route {
  const found = SESSION.exec(path);
  return found?.[1] === undefined ? { page: "wall" } : { page: "session", id: found[1] };
}

export const route = signal<Route>({ page: "wall" });

export const sessionPath = (id: string): string => `s/${encodeURIComponent(id)}`;

/** Follows the address now and whenever it changes. */
export function follow(): void {
  route.value = routeOf(location.pathname);
  window.addEventListener("popstate", () => {
    route.value = routeOf(location.pathname);
  });
}

/** A link within the page: a plain click changes the view and keeps the connection and the sound. */
export function go(event: MouseEvent, path: string): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", new URL(path === "" ? "./" : path, document.baseURI));
  route.value = routeOf(location.pathname);
}
