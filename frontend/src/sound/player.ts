/** The loudspeaker of this screen: armed by one click, and honest about whether it can be heard. */

import { signal } from "@preact/signals";
import type { Alert, AudioState } from "../wire/types.ts";
import { QUIET, listen, paused, resumed, type AlarmMemory } from "./alarm.ts";
import { schedule, type Tone } from "./pattern.ts";

export class Player {
  private context: AudioContext | null = null;
  private memory: AlarmMemory = QUIET;
  private stopBurst: (() => void) | null = null;

  readonly state = signal<AudioState>("blocked");
  /** Monotonic ms until which the sound is paused; null when it is not. */
  readonly pausedUntil = signal<number | null>(null);

  constructor(
    private readonly create: () => AudioContext,
    private readonly monotonic: () => number,
  ) {}

  /** Called from a click: browsers let nothing sound before one. */
  async arm(): Promise<void> {
    if (this.context === null) {
      this.context = this.create();
      this.context.onstatechange = () => this.refresh();
    }
    await this.context.resume();
    this.memory = resumed(this.memory); // what is already alarming is heard at the next look
    this.refresh();
    if (this.state.value === "running") this.play("armed");
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
  look(alerts: readonly Alert[], lost: boolean, held: boolean): void {
    if (!held) {
      const { memory, action } = listen(this.memory, alerts, lost, this.monotonic());
      this.memory = memory;
      if (action === "stop") this.silence();
      else if (action !== null) this.play(action);
    }
    this.refresh();
  }

  private refresh(): void {
    const isPaused = this.monotonic() < this.memory.pausedUntil;
    this.pausedUntil.value = isPaused ? this.memory.pausedUntil : null;
    this.state.value = this.context?.state !== "running" ? "blocked" : isPaused ? "muted" : "running";
  }

  private play(tone: Tone): void {
    this.silence();
    if (this.context?.state === "running") this.stopBurst = schedule(this.context, tone, this.context.currentTime + 0.02);
  }

  private silence(): void {
    this.stopBurst?.();
    this.stopBurst = null;
  }
}
