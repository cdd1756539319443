/** The alarm tones as numbers, and their rendering on any audio context (also an offline one, to count the pulses). */

import { NOTES, type Tune } from "./tune.ts";

export interface Pulse {
  /** Seconds from the beginning of the burst, and how long it sounds. */
  readonly at: number;
  readonly length: number;
}

export type Tone = "high" | "medium" | "low" | "armed";

const HARMONICS = [0, 1, 0.7, 0.5, 0.35, 0.25, 0.18] as const;
const RISE_S = 0.025;
const FALL_S = 0.035;
const PEAK: Record<Tone, number> = { high: 0.6, medium: 0.45, low: 0.3, armed: 0.15 };

/** Seconds from the beginning of one burst to the beginning of the next. */
export const REPEAT_S: Record<"high" | "medium", number> = { high: 10, medium: 25 };

function train(length: number, gaps: readonly number[], from = 0): Pulse[] {
  const pulses: Pulse[] = [{ at: from, length }];
  let at = from;
  for (const gap of gaps) {
    at += length + gap;
    pulses.push({ at, length });
  }
  return pulses;
}

const FIVE = train(0.15, [0.1, 0.1, 0.35, 0.1]);
const END_OF_FIVE = FIVE.reduce((end, pulse) => Math.max(end, pulse.at + pulse.length), 0);

/** High: 3 + 2 pulses, twice. Medium: 3. Low: one. Arming: two quiet notes. */
export const PULSES: Record<Tone, readonly Pulse[]> = {
  high: [...FIVE, ...train(0.15, [0.1, 0.1, 0.35, 0.1], END_OF_FIVE + 1)],
  medium: train(0.2, [0.2, 0.2]),
  low: train(0.2, []),
  armed: train(0.15, [0.1]),
};

/** Seconds until a burst is over. */
export const lengthOf = (tone: Tone): number => PULSES[tone].reduce((end, pulse) => Math.max(end, pulse.at + pulse.length), 0);

export interface Burst {
  readonly tone: Tone;
  readonly tune: Tune;
  /** Of the full loudness, 0 to 1. */
  readonly volume: number;
}

/** Schedules one burst on the context from `start` (its own seconds); the answer stops it. */
export function schedule(context: BaseAudioContext, { tone, tune, volume }: Burst, start: number): () => void {
  const oscillator = context.createOscillator();
  oscillator.setPeriodicWave(context.createPeriodicWave(new Float32Array(HARMONICS.length), new Float32Array(HARMONICS)));
  const envelope = context.createGain();
  envelope.gain.setValueAtTime(0, start);
  const notes = NOTES[tune];
  const peak = PEAK[tone] * volume;
  let end = start;
  PULSES[tone].forEach((pulse, index) => {
    const at = start + pulse.at;
    end = at + pulse.length;
    oscillator.frequency.setValueAtTime(notes[index % notes.length] ?? 0, at);
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(peak, at + RISE_S);
    envelope.gain.setValueAtTime(peak, end - FALL_S);
    envelope.gain.linearRampToValueAtTime(0, end);
  });
  oscillator.connect(envelope).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return () => oscillator.stop();
}
