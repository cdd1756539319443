/** The loudspeaker of this screen: armed by one click, and honest about whether it can be heard. */

import { signal } from "@preact/signals";
import type { Alert, AudioState } from "../wire/types.ts";
import { QUIET, listen, paused, resumed, type AlarmMemory, type Sounding } from "./alarm.ts";
import { lengthOf, schedule, type Tone } from "./pattern.ts";
import { subjectOf, tuneFor, type Tune } from "./tune.ts";

/** The steps of the loudness of this station; it can be made quieter, never silent. */
export const VOLUMES = [1, 0.6, 0.3] as const;

/** Says a sentence aloud; `hush` ends what is being said. */
export interface Voice {
  say(words: string, volume: number): void;
  hush(): void;
}

/** What the sound is about, and where: the screen names chairs, never patients. */
export type Spoken = (alert: Alert) => string;

const nearest = (wanted: number): number => VOLUMES.find((step) => step === wanted) ?? 1;

export class Player {
  private context: AudioContext | null = null;
  private memory: AlarmMemory = QUIET;
  private stopBurst: (() => void) | null = null;

  readonly state = signal<AudioState>("blocked");
  /** Monotonic ms until which the sound is paused; null when it is not. */
  readonly pausedUntil = signal<number | null>(null);

  readonly volume = signal<number>(1);

  /** Whether what sounds is also said in words. */
  readonly speaks = signal(false);
  private saying: ReturnType<typeof setTimeout> | null = null;

  /** `volume`: what was chosen here before. */
  constructor(
    private readonly create: () => AudioContext,
    private readonly monotonic: () => number,
    volume = 1,
    private readonly voice: Voice | null = null,
  ) {
    this.volume.value = nearest(volume);
  }

  get canSpeak(): boolean {
    return this.voice !== null;
  }

  /** The next step, or the one that is asked for; a sound says how loud it is, unless an alarm does. */
  changeVolume(wanted?: number): void {
    const step = VOLUMES.findIndex((volume) => volume === this.volume.peek());
    this.volume.value = wanted === undefined ? (VOLUMES[(step + 1) % VOLUMES.length] ?? 1) : nearest(wanted);
    if (this.memory.level === null && this.state.peek() === "running") this.play("armed", "general");
  }

  /** Called from a click: browsers let nothing sound before one. */
  async arm(): Promise<void> {
    if (this.context === null) {
      this.context = this.create();
      this.context.onstatechange = () => this.stateChanged();
    }
    await this.context.resume();
    this.memory = resumed(this.memory); // what is already alarming is heard at the next look
    this.refresh();
    this.test();
  }

  /** The two quiet notes, so that somebody can say whether they are heard. */
  test(): void {
    if (this.state.value === "running") this.play("armed", "general");
  }

  /** `longest` in milliseconds. */
  pause(longest: number): void {
    this.memory = paused(this.memory, this.monotonic(), longest);
    this.silence();
    this.refresh();
  }

  resume(): void {
    this.memory = resumed(this.memory);
    this.refresh();
  }

  /** Looks at the alerts on every frame and tick; `held` while nothing on the screen can be believed yet. */
  look(alerts: readonly Alert[], lost: boolean, held: boolean, spoken: Spoken | null = null): void {
    if (!held) {
      const { memory, action } = listen(this.memory, alerts, lost, this.monotonic());
      // A low alert that nobody could hear has still to be heard.
      this.memory = this.context?.state === "running" ? memory : { ...memory, low: this.memory.low };
      if (action === "stop") this.silence();
      else if (action !== null) {
        this.play(action, tuneFor(action, alerts, lost));
        const about = lost ? undefined : subjectOf(action, alerts);
        if (spoken !== null && about !== undefined) this.sayAfter(action, spoken(about));
      }
    }
    this.refresh();
  }

  /** What was taken away and came back (a call on the tablet, another screen plugged in) is heard at the next look. */
  private stateChanged(): void {
    if (this.context?.state === "running") this.memory = { ...this.memory, lastAt: Number.NEGATIVE_INFINITY };
    this.refresh();
  }

  private refresh(): void {
    const isPaused = this.monotonic() < this.memory.pausedUntil;
    this.pausedUntil.value = isPaused ? this.memory.pausedUntil : null;
    this.state.value = this.context?.state !== "running" ? "blocked" : isPaused ? "muted" : "running";
  }

  private play(tone: Tone, tune: Tune): void {
    this.silence();
    if (this.context?.state !== "running") return;
    this.stopBurst = schedule(this.context, { tone, tune, volume: this.volume.peek() }, this.context.currentTime + 0.02);
  }

  /** Once the burst is over, so that neither drowns the other. */
  private sayAfter(tone: Sounding, words: string): void {
    const voice = this.voice;
    if (voice === null || !this.speaks.peek() || this.state.peek() !== "running") return;
    this.saying = setTimeout(() => voice.say(words, this.volume.peek()), lengthOf(tone) * 1000);
  }

  private silence(): void {
    if (this.saying !== null) {
      clearTimeout(this.saying);
      this.saying = null;
      this.voice?.hush();
    }
    this.stopBurst?.();
    this.stopBurst = null;
  }
}
