/** What a page reads from the record once: kept while it is read again, and told when it cannot be read. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { request } from "../api/http.ts";
import { H } from "../words.ts";

export interface Reading<T> {
  /** What was read last for this path; null before that. */
  readonly body: T | null;
  /** Status of the refusal; null while nothing went wrong. */
  readonly failed: number | null;
  readonly busy: boolean;
  readonly again: () => void;
}

/** Null reads nothing. An answer that comes after another path was asked for is dropped. */
export function useReading<T>(path: string | null): Reading<T> {
  const [kept, setKept] = useState<{ readonly path: string; readonly body: T } | null>(null);
  const [failed, setFailed] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    let current = true;
    setBusy(true);
    setFailed(null);
    void request<T>("GET", path).then((answer) => {
      if (!current) return;
      setBusy(false);
      if (answer.ok) setKept({ path, body: answer.body });
      else setFailed(answer.status);
    });
    return () => {
      current = false;
    };
  }, [path, times]);
  return { body: kept !== null && kept.path === path ? kept.body : null, failed, busy, again: () => setTimes(times + 1) };
}

/** What stands where something was to be read. */
export function ReadingState({ of, children }: { of: Pick<Reading<unknown>, "body" | "failed" | "busy" | "again">; children?: ComponentChildren }) {
  if (of.failed !== null) {
    const words = of.failed === 401 || of.failed === 403 ? H.notAllowed : of.failed === 404 ? H.notFound : H.notRead;
    return (
      <p class="not-read" role="alert" data-test="not-read" data-status={of.failed}>
        {words}{" "}
        <button type="button" class="btn" onClick={of.again}>
          {H.again}
        </button>
      </p>
    );
  }
  if (of.body === null) return <p class="none">{H.reading}</p>;
  return <>{children}</>;
}
