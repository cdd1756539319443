/** Who sits where, and all other chairs in a row: the way to any of them with one tap. */

import { callingLevel, tileLevel } from "../core/alerts.ts";
import { go, sessionPath } from "../route.ts";
import type { SessionDetail } from "../wire/detail.ts";
import type { Alert, Session } from "../wire/types.ts";
import { R, W, alertWords, allergyWords, patientFacts, patientWords, phaseWord, priorityWord } from "../words.ts";
import { useScreen } from "./context.ts";
import { Glyph } from "./glyph.tsx";
import { isEarlier } from "./tile.tsx";

const LOOKS = { high: "high", medium: "med", low: "low" } as const;

function MapChair({ id, here }: { id: string; here: string }) {
  const { store } = useScreen();
  const tile = store.tile(id)?.value;
  if (tile === undefined) return null;
  const { session, chair } = tile;
  const own = tile.alerts.filter((alert) => !isEarlier(alert, session));
  const top: Alert | undefined = own[0];
  const words = [chair.label, session === null ? W.free : phaseWord(session.phase), top === undefined ? "" : `${priorityWord(top.priority)}, ${alertWords(top)}`].filter(Boolean).join(": ");
  const shape = top === undefined ? <i class="quiet-chair" /> : <Glyph alert={top} />;
  const look = top === undefined ? "" : `${LOOKS[top.priority]} ${callingLevel(own) === 0 ? "quiet" : ""}`;
  return (
    <li class={look} data-level={tileLevel(own).level} data-here={session?.id === here}>
      {session === null ? (
        <span title={words}>
          {shape}
          <span class="sr">{words}</span>
        </span>
      ) : (
        <a href={sessionPath(session.id)} title={words} aria-label={words} aria-current={session.id === here ? "page" : undefined} onClick={(event) => go(event, sessionPath(session.id))}>
          {shape}
        </a>
      )}
    </li>
  );
}

function ChairMap({ here }: { here: string }) {
  const { store } = useScreen();
  return (
    <nav class="chair-map" aria-label={R.allChairs} data-test="chair-map">
      <span>{R.allChairs}</span>
      <ul>
        {store.order.value.map((id) => (
          <MapChair key={id} id={id} here={here} />
        ))}
      </ul>
    </nav>
  );
}

interface HeadParts {
  readonly id: string;
  readonly detail: SessionDetail | null;
  readonly session: Session | null;
  readonly label: string;
  readonly nth: { readonly n: number; readonly of: number } | null;
}

/** A screen without names shows the initials that the wall gives it, and nothing of the record. */
export function SessionHead({ id, detail, session, label, nth }: HeadParts) {
  const { now, store } = useScreen();
  const allergies = detail === null ? null : allergyWords(detail);
  return (
    <header class="session-head">
      <a class="btn square" href="./" data-test="back" aria-label={R.back} title={R.back} onClick={(event) => go(event, "")}>
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M14.5 5 7.5 12l7 7" />
        </svg>
      </a>
      <h1>
        {detail?.chair?.label ?? label} <span data-test="patient">{detail?.patient?.name ?? patientWords(session)}</span>
      </h1>
      {detail?.patient ? (
        <span class="facts" data-test="patient-facts">
          {patientFacts(detail.patient, now.value, nth)}
        </span>
      ) : null}
      {allergies === null ? null : (
        <span class="allergy" data-test="allergies">
          {allergies}
        </span>
      )}
      {store.loaded.value ? <ChairMap here={id} /> : null}
    </header>
  );
}
