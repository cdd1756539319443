/** What a part of the set-up reads, and who may change something in it. */

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { request, type Answer } from "../api/http.ts";
import { Writing } from "../api/write.ts";
import { SETUP } from "../words.ts";
import { useShown } from "./context.ts";
import { useBlocked } from "./form.tsx";

export type Read<T> = { readonly kind: "loading" | "failed" | "forbidden" | "missing" } | { readonly kind: "read"; readonly body: T; readonly more: boolean };

export interface Reading<T> {
  readonly read: Read<T>;
  readonly again: () => void;
}

/** An answer that did not come takes nothing away that was read before. */
function after<T>(before: Read<T> | null, answer: Answer<T>): Read<T> {
  if (answer.ok) return { kind: "read", body: answer.body, more: answer.more === true };
  const kind = FAILED[answer.status] ?? "failed";
  return kind === "failed" && before?.kind === "read" ? before : { kind };
}

const FAILED: Record<number, "forbidden" | "missing"> = { 403: "forbidden", 404: "missing" };

/** How often a list that says when something was heard is read again. */
export const HEARD_EVERY_MS = 5_000;

/**
 * The answer to a GET, read anew when its path changes, on `again`, and, where so said, every so often. What was read stays until
 * the next good answer.
 */
export function useRead<T>(path: string | null, everyMs: number | null = null): Reading<T> {
  const [read, setRead] = useState<{ readonly path: string | null; readonly read: Read<T> }>({ path, read: { kind: "loading" } });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    if (path === null) return undefined;
    void request<T>("GET", path).then((answer) => {
      if (current) setRead((before) => ({ path, read: after(before.path === path ? before.read : null, answer) }));
    });
    return () => {
      current = false;
    };
  }, [path, asked]);
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => setAsked((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const again = useCallback(() => setAsked((count) => count + 1), []);
  if (path === null) return { read: { kind: "forbidden" }, again };
  return { read: read.path === path ? read.read : { kind: "loading" }, again };
}

/** The same for what only administrators and auditors may read; nobody else's browser asks. */
export function useFewRead<T>(path: string, everyMs: number | null = null): Reading<T> {
  const login = useShown().account.login.value;
  const may = login.kind === "user" && login.user.roles.some((role) => role === "admin" || role === "auditor");
  return useRead<T>(may ? path : null, everyMs);
}

export const bodyOf = <T,>({ read }: Reading<T>): T | null => (read.kind === "read" ? read.body : null);

/** A list that only grows is told by its newest: what is left out is said, never passed over. */
export function LeftOut({ reading, words }: { reading: Reading<readonly unknown[]>; words: (shown: number) => string }) {
  const { read } = reading;
  return read.kind === "read" && read.more ? (
    <p role="status" data-test="left-out">
      {words(read.body.length)}
    </p>
  ) : null;
}

/** Draws what was read, or says why there is nothing. */
export function Shows<T>({ reading, children }: { reading: Reading<T>; children: (body: T) => ComponentChildren }) {
  const { read, again } = reading;
  if (read.kind === "read") return <>{children(read.body)}</>;
  if (read.kind === "loading") return <p class="none">{SETUP.loading}</p>;
  if (read.kind === "forbidden") return <p data-test="not-yours">{SETUP.notYours}</p>;
  return (
    <p role="status">
      {SETUP.failed}{" "}
      <button type="button" class="btn" onClick={again}>
        {SETUP.retry}
      </button>
    </p>
  );
}

/** A table that may be wider than a small screen: it scrolls by itself, by keyboard too. */
export function Wide({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll-x" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

type Able = "admin" | "clinician" | "move" | "care";

const ABLE: Record<Able, readonly [roles: readonly string[], reason: string]> = {
  admin: [["admin"], SETUP.adminOnly],
  clinician: [["clinician"], SETUP.clinicianOnly],
  move: [["nurse", "clinician", "admin"], SETUP.moverOnly],
  care: [["nurse", "clinician", "admin"], SETUP.careOrAdmin],
};

/** Why the person here may not do it now, or null. */
export function useReason(able: Able): string | null {
  const { account } = useShown();
  const blocked = useBlocked();
  const login = account.login.value;
  const [roles, reason] = ABLE[able];
  if (login.kind !== "user") return SETUP.locked;
  return login.user.roles.some((role) => roles.includes(role)) ? blocked : reason;
}

/** Said once above what cannot be changed; the buttons below carry it too. */
export function Reason({ reason }: { reason: string | null }) {
  return reason === null ? null : (
    <p class="none" data-test="reason">
      {reason}
    </p>
  );
}

/** Set-up is done by the person who is logged in, also at a station where others are on shift. */
export function useSetupWriting(): Writing {
  const { account } = useShown();
  return useMemo(
    () =>
      new Writing(
        request,
        () => Promise.resolve({}),
        () => void account.check(),
      ),
    [account],
  );
}

/** The heads of a table's columns; `acts`: the last one holds what can be done with a row, and is named (a change, if no other word is given) to those who cannot see. */
export function Heads({ names, acts = false }: { names: readonly string[]; acts?: boolean | string }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
        {acts === false ? null : (
          <th>
            <span class="sr">{acts === true ? SETUP.change : acts}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface ChangeParts {
  /** What the row is about, for those who cannot see which row it is. */
  readonly of: string;
  readonly test: string;
  readonly reason: string | null;
  readonly ended?: boolean;
  readonly open: () => void;
}

/** The last cell of a row: opens the form for what stands in it. `ended`: nothing about it can be changed any more. */
export function ChangeCell({ of, test, reason, ended = false, open }: ChangeParts) {
  return (
    <td class="acts">
      <button type="button" class="btn" disabled={reason !== null || ended} title={reason ?? undefined} aria-label={SETUP.changeOf(of)} data-test={test} onClick={open}>
        {SETUP.change}
      </button>
    </td>
  );
}
