/** Starting a shift: one press turns the sound on, plays it, and puts who acts here on shift; then somebody says whether it was heard. */

import { signal } from "@preact/signals";
import { S, W } from "../words.ts";
import { useShown } from "./context.ts";
import { Refused, useBlocked, useWriting } from "./form.tsx";
import { useMay } from "./may.ts";
import { useMe } from "./me.ts";

/** What somebody said of the two notes at this screen since the page was loaded; the opening check begins with it. */
export const soundHeard = signal<"asked" | "yes" | "no" | null>(null);

const SOUND = { running: S.soundOn, blocked: S.soundOff, muted: S.soundPausedHere } as const;

export function StartCard() {
  const { screen, station } = useShown();
  const { player } = screen;
  const writing = useWriting();
  const blocked = useBlocked();
  const { act } = useMay();
  const me = useMe();
  const silent = station.here.value?.kind === "room";

  async function start(): Promise<void> {
    // A loudspeaker that does not answer keeps nobody from their shift.
    if (!silent) void player.arm();
    if (!silent) soundHeard.value = "asked";
    if (act && !me.on && (await writing.run({ path: "shifts" })) !== null) await Promise.all([station.refresh(), station.duty.load()]);
  }
  return (
    <section class="card" aria-labelledby="start-shift">
      <h2 id="start-shift">{me.on ? S.started : S.start}</h2>
      <p class="sound-state" data-audio={player.state.value} role="status" data-test="sound-state">
        {silent ? S.silentRoom : soundHeard.value === "yes" && player.state.value === "running" ? S.soundWorks : SOUND[player.state.value]}
      </p>
      {me.on && player.state.value === "running" && soundHeard.value !== null ? null : (
        <>
          <button type="button" class="btn fill big" data-test="start-shift" disabled={writing.busy.value || (blocked !== null && !me.on)} title={blocked ?? undefined} onClick={() => void start()}>
            {blocked !== null && !me.on ? `${S.start} (${blocked})` : me.on ? (player.state.value === "running" ? S.again : W.turnOnSound) : S.start}
          </button>
          <small class="hint">{act ? S.startHint : `${S.startHint} ${S.onlyCare}`}</small>
        </>
      )}
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} />}
      <Heard />
    </section>
  );
}

function Heard() {
  const { player } = useShown().screen;
  if (soundHeard.value === null || player.state.value === "blocked") return null;
  if (soundHeard.value === "yes") return null;
  return (
    <div class="heard" role="group" aria-labelledby="heard">
      <p id="heard">{soundHeard.value === "no" ? S.notHeard : S.heard}</p>
      <div class="form-end">
        {soundHeard.value === "asked" ? (
          <button type="button" class="btn fill" data-test="heard-yes" onClick={() => (soundHeard.value = "yes")}>
            {S.heardYes}
          </button>
        ) : null}
        {soundHeard.value === "asked" ? (
          <button type="button" class="btn line" data-test="heard-no" onClick={() => (soundHeard.value = "no")}>
            {S.heardNo}
          </button>
        ) : null}
        <button
          type="button"
          class="btn line"
          data-test="play-again"
          onClick={() => {
            soundHeard.value = "asked";
            player.test();
          }}
        >
          {S.again}
        </button>
      </div>
    </div>
  );
}
