/** Somebody else was first: who did it, and when, from the session's own record. */

import type { Refusal } from "../../api/write.ts";
import { isRace, raceOf } from "../../core/race.ts";
import { hhmmss, millis } from "../../core/time.ts";
import type { TimelineEntry } from "../../wire/types.ts";
import { ACT, personName } from "../../words.ts";
import { sessionPath } from "./case.ts";
import { useRead } from "./read.ts";

export function Lost({ refusal, session }: { refusal: Refusal | null; session: string }) {
  const code = refusal?.status === 409 && isRace(refusal.problem.code) ? refusal.problem.code : null;
  const { body } = useRead<readonly TimelineEntry[]>(code === null ? null : sessionPath(session, "timeline"));
  const first = code === null || body === null ? null : raceOf(code, body);
  if (first === null) return null;
  return (
    <p class="lost" role="status" data-test="lost">
      {ACT.lost(personName(first["by_name"]) ?? ACT.somebody, hhmmss(millis(first.recorded_at)))}
    </p>
  );
}
