/** The top bar: clinic, connection, who watches, sound, the clinic's time, who is logged in. */

import type { Account } from "../api/account.ts";
import { hhmm } from "../core/time.ts";
import { go } from "../route.ts";
import { W, pauseSound, soundPaused, watching } from "../words.ts";
import { useScreen, useShown } from "./context.ts";

const CONNECTION = { connecting: W.connecting, live: W.live, waiting: W.waiting, lost: W.notConnectedShort } as const;

function ConnectionChip() {
  const { connection } = useScreen();
  const kind = connection.value.kind;
  return (
    <span class="chip" data-test="connection" data-connection={kind} role="status">
      <i class="dot" /> {CONNECTION[kind]}
    </span>
  );
}

/** One click arms the sound; afterwards the chip says truly whether this screen can be heard. */
function SoundChip() {
  const { player, pauseMs } = useScreen();
  const state = player.state.value;
  const until = player.pausedUntil.value;
  return (
    <span class="sound" data-audio={state}>
      <span class="chip" data-test="sound" role="status">
        {state === "running" ? W.soundOn : state === "muted" && until !== null ? <Paused until={until} /> : W.soundBlocked}
      </span>
      {state === "blocked" ? (
        <button type="button" class="btn fill" data-test="turn-on-sound" onClick={() => void player.arm()}>
          {W.turnOnSound}
        </button>
      ) : (
        <button type="button" class="btn" data-test="pause-sound" onClick={() => (state === "muted" ? player.resume() : player.pause(pauseMs.value))}>
          {state === "muted" ? W.resumeSound : pauseSound(pauseMs.value)}
        </button>
      )}
    </span>
  );
}

function Paused({ until }: { until: number }) {
  const { now } = useScreen();
  void now.value; // the pause counts real seconds; the clock's tick only redraws it
  return <>{soundPaused(until - performance.now())}</>;
}

function Time() {
  const { now } = useScreen();
  return (
    <b class="time" data-test="time">
      {hhmm(now.value)}
    </b>
  );
}

/** A new page, so that no name of a patient stays on a screen nobody is logged in at. */
async function leave(account: Account): Promise<void> {
  if (await account.leave()) location.assign(document.baseURI);
}

export function TopBar() {
  const { screen, account } = useShown();
  const system = screen.store.system.value;
  const login = account.login.value;
  return (
    <header class="top">
      <a class="brand" href="./" onClick={(event) => go(event, "")}>
        {screen.clinic.value || W.product}
      </a>
      <div class="sys">
        <ConnectionChip />
        {system === null || !screen.trusted.value ? null : (
          <span class="chip" data-test="watching">
            {watching(system.watching, system.audible)}
          </span>
        )}
        <SoundChip />
        <Time />
        {login.kind === "user" ? (
          <>
            <span class="chip" data-test="user">
              {login.user.name}
            </span>
            <button type="button" class="btn" data-test="logout" onClick={() => void leave(account)}>
              {W.logout}
            </button>
          </>
        ) : null}
      </div>
    </header>
  );
}
