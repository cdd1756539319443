/** This browser alone: its letter keys, theme, brightness and loudness, and, at a station, how patients are named. */

import { useState } from "preact/hooks";
import { DARKEST, FULL, brightness, setBrightness } from "../brightness.ts";
import { go } from "../route.ts";
import { VOLUMES } from "../sound/player.ts";
import { theme, toggleTheme } from "../theme.ts";
import { PRIVACIES, SETUP, SCREEN, percent } from "../words.ts";
import { useScreen, useShown } from "./context.ts";
import { Choice, Form } from "./form.tsx";
import { letters, toggleLetters } from "./keys.tsx";
import { useReason, useSetupWriting } from "./setup-read.tsx";

function Privacy() {
  const { station } = useShown();
  const writing = useSetupWriting();
  const reason = useReason("care");
  const [saved, setSaved] = useState(false);
  const here = station.here.value;
  if (here === null) {
    return (
      <p>
        {SETUP.noStationHere}{" "}
        <a href="shift" onClick={(event) => go(event, "shift")}>
          {SETUP.toShift}
        </a>
      </p>
    );
  }
  if (reason !== null) return <p class="none">{`${SETUP.privacyHere}: ${PRIVACIES[here.privacy]}. ${reason}`}</p>;
  return (
    <Form
      label={SETUP.privacyHere}
      writing={writing}
      change={(fields) => ({ method: "PATCH", path: `stations/${here.id}`, body: { privacy: String(fields.get("privacy")) } })}
      done={() => {
        setSaved(true);
        void station.refresh();
      }}
    >
      <Choice label={SETUP.privacyHere} name="privacy" defaultValue={here.privacy} options={Object.entries(PRIVACIES).map(([value, label]) => ({ value, label }))} />
      <p role="status">{saved ? SETUP.done : ""}</p>
    </Form>
  );
}

export function ScreenPart() {
  const { player } = useScreen();
  return (
    <div class="form narrow" data-test="this-screen">
      <label class="tick">
        <input type="checkbox" checked={letters.value} onChange={toggleLetters} data-test="letters" /> {SETUP.screenKeys}
      </label>
      <div class="field">
        <span class="label" id="theme-label">
          {SETUP.theme}
        </span>
        <div class="chips" role="group" aria-labelledby="theme-label">
          {(["dark", "light"] as const).map((name) => (
            <button key={name} type="button" class="btn" aria-pressed={theme.value === name} data-test={`theme-${name}`} onClick={() => (theme.value === name ? undefined : toggleTheme())}>
              {name === "dark" ? SETUP.themeDark : SETUP.themeLight}
            </button>
          ))}
        </div>
      </div>
      <label class="slider">
        <span>
          {SCREEN.brightness} <output>{percent(brightness.value / FULL)}</output>
        </span>
        <input type="range" min={DARKEST} max={FULL} step={5} value={brightness.value} data-test="brightness-here" onInput={(event) => setBrightness(Number(event.currentTarget.value))} />
        <small class="hint">{SCREEN.brightnessHint}</small>
      </label>
      <div class="field">
        <span class="label" id="volume-label">
          {SETUP.volume}
        </span>
        <div class="chips" role="group" aria-labelledby="volume-label">
          {VOLUMES.map((step) => (
            <button key={step} type="button" class="btn" aria-pressed={player.volume.value === step} data-test="set-volume" onClick={() => player.changeVolume(step)}>
              {percent(step)}
            </button>
          ))}
        </div>
        <small class="hint">{SETUP.volumeHint}</small>
      </div>
      <Privacy />
    </div>
  );
}
