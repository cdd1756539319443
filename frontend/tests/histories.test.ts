/**
 * Generated histories shared with the server's own test: a JSON file named by KAT_HISTORIES.
 *
 * `{"histories": [{"name": "...", "frames": [snapshot, changes, changes, snapshot, changes, snapshot, ...]}]}`: the first frame is a
 * snapshot; `changes` and `heartbeat` follow with increasing `seq`; every later snapshot has the `seq` of the frame before it, and
 * the state folded so far must be what that snapshot says. Without the variable the histories of this folder are used.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EMPTY, apply, type State } from "../src/core/apply.ts";
import { micros } from "../src/core/time.ts";
import type { Frame } from "../src/wire/types.ts";

interface History {
  readonly name: string;
  readonly frames: readonly Frame[];
}

const path = process.env["KAT_HISTORIES"] ?? new URL("./histories.json", import.meta.url);
const { histories } = JSON.parse(readFileSync(path, "utf8")) as { histories: History[] };

/** The beginning of a trend as an instant: one side computes it, and how many zeros a time is written with is free. */
function canonical(state: State): unknown {
  const chairs = new Map([...state.chairs].map(([id, at]) => [id, { ...at, trend: at.trend === null ? null : { ...at.trend, from: micros(at.trend.from) } }]));
  return { ...state, chairs };
}

/** How many later snapshots were compared. */
function replay(frames: readonly Frame[]): number {
  let state: State = EMPTY;
  let compared = 0;
  for (const [index, frame] of frames.entries()) {
    const next = apply(state, frame);
    if (frame.type === "snapshot" && index > 0) {
      expect(canonical(state), `before the snapshot at frame ${index}`).toEqual(canonical(next));
      compared += 1;
    }
    state = next;
    expect(state.sync, `after frame ${index}`).toBe("live");
  }
  return compared;
}

describe("generated histories", () => {
  it("are there", () => {
    expect(histories.length).toBeGreaterThan(0);
  });

  it.each(histories.map((history) => [history.name, history.frames] as const))("%s", (_name, frames) => {
    expect(replay(frames)).toBeGreaterThan(0);
  });
});
