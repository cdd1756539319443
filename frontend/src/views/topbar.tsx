/** The top bar: clinic, connection, who watches, sound, the clinic's time, who is logged in. */

import { hhmm } from "../core/time.ts";
import { go } from "../route.ts";
import { theme, toggleTheme } from "../theme.ts";
import { W, pauseSound, soundPaused, watching } from "../words.ts";
import { useScreen, useShown } from "./context.ts";
import { Nav } from "./nav.tsx";
import { ScreenMenu } from "./screen-menu.tsx";
import { Tallies } from "./tallies.tsx";
import { LogOut, WhoMenu } from "./who-menu.tsx";

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

function ThemeButton() {
  const words = theme.value === "dark" ? W.lightTheme : W.dimTheme;
  return (
    <button type="button" class="btn square" data-test="theme" aria-label={words} title={words} onClick={toggleTheme}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        {theme.value === "dark" ? <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4M16.5 12a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z" /> : <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z" />}
      </svg>
    </button>
  );
}

function Time() {
  const { now } = useScreen();
  return (
    <b class="time" data-test="time">
      {hhmm(now.value)}
    </b>
  );
}

export function TopBar() {
  const { screen, account, station } = useShown();
  const system = screen.store.system.value;
  const login = account.login.value;
  const shared = system?.shift_used === true || station.here.value !== null;
  return (
    <header class="top">
      <a class="brand" href="./" onClick={(event) => go(event, "")}>
        {screen.clinic.value || W.product}
      </a>
      <Nav />
      {screen.store.loaded.value ? <Tallies /> : null}
      <div class="sys">
        <ConnectionChip />
        {system === null || !screen.trusted.value ? null : (
          <span class="chip watching" data-test="watching" title={watching(system.watching, system.audible)}>
            <i class="seen-by" aria-hidden="true" data-count={system.watching} />
            <i class="heard-by" aria-hidden="true" data-count={system.audible} />
            <span>{watching(system.watching, system.audible)}</span>
          </span>
        )}
        <SoundChip />
        <ScreenMenu />
        <ThemeButton />
        <Time />
        {shared ? <WhoMenu /> : null}
        {!shared && login.kind === "user" ? (
          <>
            <span class="chip" data-test="user">
              {login.user.name}
            </span>
            <LogOut />
          </>
        ) : null}
      </div>
    </header>
  );
}
