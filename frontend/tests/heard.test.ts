import { beforeEach, describe, expect, it } from "vitest";
import { Acknowledgements } from "../src/api/acknowledge.ts";
import { Screen } from "../src/live/screen.ts";
import type { Wire } from "../src/live/socket.ts";
import { Player } from "../src/sound/player.ts";
import type { Frame } from "../src/wire/types.ts";
import { alert, at, seated, snapshot } from "./make.ts";

/** A loudspeaker that counts its bursts. */
class FakeContext {
  state: "suspended" | "running" = "suspended";
  currentTime = 0;
  destination = {};
  onstatechange: (() => void) | null = null;
  resume(): Promise<void> {
    this.state = "running";
    this.onstatechange?.();
    return Promise.resolve();
  }
  createPeriodicWave = (): object => ({});
  createGain = () => ({ gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined }, connect: () => undefined });
  createOscillator() {
    bursts += 1;
    return { setPeriodicWave: () => undefined, frequency: { setValueAtTime: () => undefined }, connect: (to: object) => to, start: () => undefined, stop: () => undefined };
  }
}

let bursts: number;
let now: number;
let calendar: number;
let wire: Wire & { sent: { audio?: string }[] };
let player: Player;
let screen: Screen;

const say = (...frames: Frame[]): void => frames.forEach((frame) => wire.onmessage?.({ data: JSON.stringify(frame) }));
const hello = (kind: "station" | "room" = "station"): Frame => ({
  type: "hello", version: "1", server_time: at(now / 1000), clock_rate: 1, heartbeat_s: 2, clinic: "c", station: { id: "st", label: "A", kind, chair_id: null, privacy: "full" },
});
const high = snapshot(1, [seated("1", "s1")], [alert("h")]);

/** Lets seconds pass, with or without the server; answers how many bursts began. */
function pass(seconds: number, heard: boolean): number {
  const before = bursts;
  for (let second = 0; second < seconds; second += 1) {
    now += 1_000;
    calendar += 1_000;
    if (heard) say({ type: "heartbeat", seq: screen.store.current.seq, server_time: at(now / 1000) });
    screen.tick();
  }
  return bursts - before;
}

async function armed(): Promise<void> {
  await player.arm();
  bursts = 0; // without the two quiet notes
}

beforeEach(() => {
  [bursts, now, calendar] = [0, 0, 1_000_000];
  player = new Player(() => new FakeContext() as unknown as AudioContext, () => now);
  screen = new Screen({
    player,
    acknowledgements: new Acknowledgements(() => Promise.reject(new Error("no")), () => "k", () => undefined),
    open: () => {
      const sent: { audio?: string }[] = [];
      wire = { sent, readyState: 1, onmessage: null, onclose: null, send: (text) => void sent.push(JSON.parse(text) as object), close: () => undefined };
      return wire;
    },
    monotonic: () => now,
    calendar: () => calendar,
    random: () => 0,
    refused: () => undefined,
    receipts: { beforePaint: (paint) => paint(), visible: () => true, standingAlerts: () => [], paintedAlerts: () => [] },
  });
  screen.start();
});

describe("what is heard at a screen", () => {
  it("is an alarm when the server has not been heard for ten seconds", async () => {
    await armed();
    say(hello(), snapshot(1, []));
    expect(pass(9, false)).toBe(0);
    expect(pass(2, false)).toBe(1);
    expect(pass(20, false)).toBe(2);
  });

  it("is nothing straight after sleep, until a new snapshot says what is so", async () => {
    await armed();
    say(hello(), high);
    expect(bursts).toBe(1);
    expect(pass(5, true)).toBe(0);
    calendar += 180_000;
    expect(pass(9, false)).toBe(0);
    say(hello(), snapshot(7, [seated("1", "s1")], [alert("later")]));
    expect(bursts).toBe(2);
  });

  it("is nothing in a therapy room, and the server is told so", async () => {
    await armed();
    say(hello("room"), high);
    expect(pass(11, true)).toBe(0);
    expect(wire.sent.at(-1)?.audio).toBe("muted");
  });

  it("is at once what has called already, when somebody turns the sound on", async () => {
    say(hello(), snapshot(1, [seated("1", "s1")], [alert("m", { priority: "medium" })]));
    expect(pass(5, true)).toBe(0);
    expect(wire.sent.at(-1)?.audio).toBe("blocked");
    await armed();
    expect(pass(1, true)).toBe(1);
  });

  it("is told truly while it is paused, and comes back by itself", async () => {
    await armed();
    say(hello(), high);
    player.pause(120_000);
    expect(pass(5, true)).toBe(0);
    expect([player.state.value, wire.sent.at(-1)?.audio]).toEqual(["muted", "muted"]);
    expect(pass(114, true)).toBe(0);
    expect(pass(2, true)).toBe(1);
    expect(player.state.value).toBe("running");
  });

  it("is heard again at once when the speaker was taken away and came back", async () => {
    const context = new FakeContext();
    player = new Player(() => context as unknown as AudioContext, () => now);
    await player.arm();
    const medium = [alert("m", { priority: "medium" })];
    player.look(medium, false, false);
    context.state = "suspended"; // another program, or a call on the tablet
    context.onstatechange?.();
    expect(player.state.value).toBe("blocked");
    now += 3_000;
    await context.resume();
    bursts = 0;
    player.look(medium, false, false);
    expect(bursts).toBe(1);
  });

  it("of what is low is not used up while nobody could hear it", async () => {
    const low = [alert("l", { priority: "low" })];
    player.look(low, false, false);
    now += 40_000;
    player.look(low, false, false);
    await armed();
    player.look(low, false, false);
    expect(bursts).toBe(1);
  });
});
