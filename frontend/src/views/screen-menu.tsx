/** What belongs to this one screen: how loud, whether it speaks, how bright. */

import { DARKEST, FULL, brightness, setBrightness } from "../brightness.ts";
import { SCREEN, W, percent, volumeWords } from "../words.ts";
import { useScreen } from "./context.ts";
import { Menu } from "./menu.tsx";

/** Quieter or louder in steps, never silent. */
function VolumeButton() {
  const { player } = useScreen();
  const words = percent(player.volume.value);
  return (
    <button type="button" class="btn volume" data-test="volume" aria-label={volumeWords(words)} onClick={() => player.changeVolume()}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11" />
      </svg>
      {words}
    </button>
  );
}

function Speech() {
  const { player } = useScreen();
  if (!player.canSpeak) return <p class="hint">{SCREEN.noSpeech}</p>;
  return (
    <label class="check">
      <input type="checkbox" checked={player.speaks.value} data-test="speech" onChange={(event) => (player.speaks.value = event.currentTarget.checked)} /> {SCREEN.speech}
    </label>
  );
}

function Brightness() {
  return (
    <label class="slider">
      <span>
        {SCREEN.brightness} <b>{percent(brightness.value / FULL)}</b>
      </span>
      <input type="range" min={DARKEST} max={FULL} step={5} value={brightness.value} data-test="brightness" onInput={(event) => setBrightness(Number(event.currentTarget.value))} />
      <small class="hint">{SCREEN.brightnessHint}</small>
    </label>
  );
}

export function ScreenMenu() {
  const { player } = useScreen();
  return (
    <Menu
      label={SCREEN.title}
      test="screen-menu"
      class="square"
      face={
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5" />
        </svg>
      }
    >
      {() => (
        <>
          <Brightness />
          <div>
            {W.volume}
            {player.state.value === "blocked" ? <p class="hint">{SCREEN.soundFirst}</p> : <VolumeButton />}
          </div>
          <Speech />
        </>
      )}
    </Menu>
  );
}
