/** The full-width bars nobody can overlook, the page's title, and the voice for screen readers. */

import { useEffect, useRef, useState } from "preact/hooks";
import { acknowledged } from "../core/alerts.ts";
import { hhmmss } from "../core/time.ts";
import { hidden, wasHidden } from "../live/hidden.ts";
import { firstTimeFor, mayReload, typing } from "../live/update.ts";
import { W, alertWords, announcement, hiddenStations, hiddenTitle, marks, neverConnected, notConnected, simulated, wasAsleep, wasHiddenWords } from "../words.ts";
import { useScreen, useShown } from "./context.ts";

export function Bars() {
  const { connection, store, rate, updated, slept } = useScreen();
  const { kind, since } = connection.value;
  return (
    <>
      {kind === "lost" ? (
        <div class="bar-alarm" role="alert" data-test="not-connected">
          {since === null ? neverConnected : notConnected(hhmmss(since))}
        </div>
      ) : null}
      {store.system.value?.recording === false ? (
        <div class="bar-alarm" role="alert" data-test="not-recording">
          {W.notRecording}
        </div>
      ) : null}
      {slept.value !== null ? (
        <div class="bar-band" role="status" data-test="slept">
          {wasAsleep(slept.value)}
        </div>
      ) : null}
      {wasHidden.value !== null ? (
        <div class="bar-band" role="status" data-test="was-hidden">
          {wasHiddenWords(wasHidden.value)}
        </div>
      ) : null}
      <HiddenStations />
      {rate.value > 1 ? (
        <div class="bar-band" data-test="simulated">
          {simulated(rate.value)}
        </div>
      ) : null}
      {updated.value === null ? null : <Updated version={updated.value} />}
    </>
  );
}

/** Another screen of the clinic is connected, but something covers it. */
function HiddenStations() {
  const { store, trusted } = useScreen();
  const { station } = useShown();
  const covered = (store.system.value?.stations ?? []).filter(({ id, kind, visible }) => !visible && kind !== "room" && id !== station.here.value?.id);
  if (covered.length === 0 || !trusted.value) return null;
  return (
    <div class="bar-band" role="status" data-test="hidden-stations">
      {hiddenStations(covered.map(({ label }) => label))}
    </div>
  );
}

/** A newer page waits. It is loaded by itself, once for each version, when nobody here would miss an alarm, its sound or what they typed. */
function Updated({ version }: { version: string }) {
  const { store, player, now } = useScreen();
  void now.value; // asked again every second
  const quiet = mayReload({ alerts: store.alerts.value, audio: player.state.value, typing: typing(document) });
  useEffect(() => {
    if (quiet && firstTimeFor(version)) location.reload();
  }, [quiet, version]);
  return (
    <div class="bar-band" role="status" data-test="updated">
      {W.updated}{" "}
      <button type="button" class="btn" onClick={() => location.reload()}>
        {W.reload}
      </button>
    </div>
  );
}

/** The title carries the state to other tabs and to the task bar; no names, only chairs. */
export function Title() {
  const { connection, store } = useScreen();
  const top = store.alerts.value.find((alert) => !acknowledged(alert));
  const where = top?.chair_id ? `${store.tile(top.chair_id)?.value.chair.label ?? ""} ` : "";
  const words = top === undefined ? W.product : `${marks(top)} ${where}${alertWords(top)}`;
  const shown = connection.value.kind === "lost" ? W.notConnectedTitle : words;
  const title = hidden.value ? hiddenTitle(shown) : shown;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}

/** New alerts once each; numbers and ages are never announced. */
export function Announcer() {
  const { store } = useScreen();
  const told = useRef<Set<string>>(new Set());
  const [text, setText] = useState("");
  const alerts = store.alerts.value;
  useEffect(() => {
    const fresh = alerts.filter((alert) => !told.current.has(alert.id) && !acknowledged(alert));
    told.current = new Set(alerts.map((alert) => alert.id));
    if (fresh.length === 0) return;
    setText(fresh.map((alert) => announcement((alert.chair_id ? store.tile(alert.chair_id)?.peek().chair.label : undefined) ?? W.clinicWide, alert)).join(". "));
  }, [alerts, store]);
  return (
    <div class="sr" aria-live="assertive" data-test="announcer">
      {text}
    </div>
  );
}
