/** The hand-over list: every chair with a patient, on the screen and on A4, for the nurse who comes on. */

import { useEffect, useState } from "preact/hooks";
import { each } from "../api/each.ts";
import { request } from "../api/http.ts";
import type { EventEntry } from "../core/handover.ts";
import { go } from "../route.ts";
import type { Tile } from "../live/store.ts";
import type { SessionDetail } from "../wire/detail.ts";
import { A, W, dateAndTime } from "../words.ts";
import { HandOverChair } from "./alerts-handover-chair.tsx";
import { useScreen, useShown } from "./context.ts";

/** What the record says of a session beside what the wall shows; null where it could not be read. */
export interface Beside {
  readonly detail: SessionDetail | null;
  readonly events: readonly EventEntry[] | null;
}

type Found = ReadonlyMap<string, Beside>;

/** Read once per press: every one of these is a look into a chart, and the audit trail has it. */
function useBeside(ids: readonly string[], turn: number): { readonly found: Found; readonly whole: boolean } {
  const [read, setRead] = useState<{ readonly key: string; readonly found: Found }>({ key: "", found: new Map() });
  // Whose charts these are, so that what was read for other chairs never counts as all of them.
  const key = `${turn} ${ids.join(" ")}`;
  useEffect(() => {
    let current = true;
    const next = new Map<string, Beside>(ids.map((id) => [id, { detail: null, events: null }]));
    const paths = ids.flatMap((id) => [`sessions/${id}`, `sessions/${id}/events`]);
    const read = (path: string) => request<unknown>("GET", path);
    void each(paths, read, (index, answer) => {
      const id = ids[Math.floor(index / 2)] ?? "";
      const so = next.get(id) ?? { detail: null, events: null };
      const body = answer.ok ? answer.body : null;
      next.set(id, index % 2 === 0 ? { ...so, detail: body as SessionDetail | null } : { ...so, events: body as readonly EventEntry[] | null });
    }).then(() => {
      if (current) setRead({ key, found: next });
    });
    return () => {
      current = false;
    };
  }, [key]);
  return { found: read.found, whole: read.key === key };
}

function usePlaces(): readonly Tile[] {
  const { store } = useScreen();
  return store.order.value.flatMap((id) => store.tile(id)?.value ?? []);
}

export function HandOver() {
  const { screen, account } = useShown();
  const [turn, setTurn] = useState(0);
  const places = usePlaces();
  const seated = places.filter(({ session }) => session !== null && session.phase !== "scheduled");
  const free = places.filter((tile) => !seated.includes(tile)).map(({ chair }) => chair.label);
  const { found, whole } = useBeside(
    seated.map(({ session }) => session?.id ?? ""),
    turn,
  );
  const ready = whole && screen.store.loaded.value;
  const login = account.login.value;
  const now = screen.now.value;
  return (
    <main class="sheet handover" data-test="handover-page" data-whole={ready}>
      <div class="page-head">
        <h1>{A.handover}</h1>
        <p class="printed" data-test="printed">
          {screen.clinic.value} · <time>{dateAndTime(now)}</time>
          {"user" in login ? ` · ${A.by} ${login.user.name}` : ""}
        </p>
        <span class="form-end no-print">
          <a class="btn to-page" href="alerts" data-test="back" onClick={(event) => go(event, "alerts")}>
            {A.backToAlerts}
          </a>
          <button type="button" class="btn" data-test="refresh" onClick={() => setTurn(turn + 1)}>
            {A.refresh}
          </button>
          <button type="button" class="btn fill" data-test="print" disabled={!ready} onClick={() => window.print()}>
            {ready ? A.print : A.readingCharts}
          </button>
        </span>
      </div>
      {screen.trusted.value ? null : (
        <p class="old-values" role="alert">
          {A.oldValues}
        </p>
      )}
      {screen.store.loaded.value && seated.length === 0 ? <p class="none">{A.nobodySeated}</p> : null}
      {screen.store.loaded.value ? null : <p class="none">{W.connecting}</p>}
      <div class="handover-list">
        {seated.map((tile) => (
          <HandOverChair key={tile.chair.id} tile={tile} beside={found.get(tile.session?.id ?? "") ?? null} />
        ))}
      </div>
      {free.length === 0 ? null : (
        <p class="free-chairs" data-test="free">
          <b>{A.freeChairs}:</b> {free.join(", ")}
        </p>
      )}
    </main>
  );
}
