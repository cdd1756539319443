/** Reading what a form needs from the server: again whenever something was recorded here. */

import { useEffect, useState } from "preact/hooks";
import { request } from "../../api/http.ts";
import { recorded } from "./open.ts";

export interface Read<T> {
  readonly body: T | null;
  readonly failed: boolean;
  readonly again: () => void;
}

/** Of `null` nothing is read; `news` other than before reads again. What was read stays until the newer answer is there. */
export function useRead<T>(path: string | null, news: unknown = null): Read<T> {
  const [found, setFound] = useState<{ readonly path: string | null; readonly body: T | null; readonly failed: boolean }>({ path: null, body: null, failed: false });
  const [asked, setAsked] = useState(0);
  const seen = recorded.value;
  useEffect(() => {
    let current = true;
    if (path !== null)
      void request<T>("GET", path).then((answer) => {
        if (current) setFound((before) => ({ path, body: answer.ok ? answer.body : before.path === path ? before.body : null, failed: !answer.ok }));
      });
    return () => {
      current = false;
    };
  }, [path, seen, asked, news]);
  const mine = found.path === path;
  return { body: mine ? found.body : null, failed: mine && found.failed, again: () => setAsked(asked + 1) };
}
