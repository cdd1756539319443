import { beforeEach, describe, expect, it } from "vitest";
import { EMPTY, apply, type State } from "../src/core/apply.ts";
import type { Connection } from "../src/live/connection.ts";
import { backoff } from "../src/live/connection.ts";
import { LiveSocket, type Wire } from "../src/live/socket.ts";
import type { Frame } from "../src/wire/types.ts";
import { at, changes, snapshot } from "./make.ts";

class FakeWire implements Wire {
  readyState = 1;
  sent: string[] = [];
  closed = false;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  send(text: string): void {
    this.sent.push((JSON.parse(text) as { type: string }).type);
  }
  close(): void {
    this.closed = true;
  }
  say(...frames: Frame[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const HELLO: Frame = { type: "hello", version: "1", server_time: at(0), clock_rate: 1, heartbeat_s: 2, clinic: "c" };
const beat = (seq: number): Frame => ({ type: "heartbeat", seq, server_time: at(0) });
const SEEN = { type: "seen", alerts: [], audio: "blocked", visible: true, shown_seq: 1, painted_ms: 1 } as const;

let now: number;
let calendar: number;
let wires: FakeWire[];
let state: State;
let shown: Connection | null;
let sleeps: number[];
let refusals: number;
let socket: LiveSocket;

const last = (): FakeWire => wires.at(-1) as FakeWire;

/** Lets `seconds` pass with a look every second. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    calendar += 1000;
    socket.tick();
  }
}

beforeEach(() => {
  now = 0;
  calendar = 1_000_000;
  wires = [];
  state = EMPTY;
  shown = null;
  refusals = 0;
  sleeps = [];
  socket = new LiveSocket({
    open: () => {
      wires.push(new FakeWire());
      return last();
    },
    monotonic: () => now,
    calendar: () => calendar,
    random: () => 0.5,
    take: (frame) => {
      state = apply(state, frame);
      return state.sync;
    },
    clinicNow: () => now,
    changed: (connection) => (shown = connection),
    slept: (span) => sleeps.push(span),
    refused: () => (refusals += 1),
  });
  socket.start();
});

describe("live socket", () => {
  it("is live with the first snapshot, not with hello alone", () => {
    last().say(HELLO);
    expect(shown?.kind).toBe("connecting");
    last().say(snapshot(1, []));
    expect(shown?.kind).toBe("live");
  });

  it("stays live as long as heartbeats come", () => {
    last().say(HELLO, snapshot(1, []));
    for (let n = 0; n < 20; n += 1) {
      pass(2);
      last().say(beat(1));
    }
    expect(shown?.kind).toBe("live");
    expect(wires).toHaveLength(1);
    expect(last().sent).toEqual([]);
  });

  it("waits and asks after 5 s of silence, is lost after 10 s and connects anew", () => {
    last().say(HELLO, snapshot(1, []));
    pass(4);
    expect(shown?.kind).toBe("live");
    pass(1);
    expect(shown?.kind).toBe("waiting");
    expect(last().sent).toEqual(["resync"]);
    pass(5);
    expect(shown).toEqual({ kind: "lost", since: 0, gone: false, waking: false });
    expect(wires[0]?.closed).toBe(true);
    pass(2);
    expect(wires).toHaveLength(2);
    last().say(HELLO);
    expect(shown?.kind).toBe("lost");
    last().say(snapshot(9, []));
    expect(shown?.kind).toBe("live");
  });

  it("asks for a snapshot after a gap and takes nothing before it comes", () => {
    last().say(HELLO, snapshot(1, []), changes(3, {}));
    expect(last().sent).toEqual(["resync"]);
    last().say(changes(4, {}), changes(2, {}), beat(4));
    expect(last().sent).toEqual(["resync"]);
    expect(state.sync).toBe("gap");
    expect(socket.send(SEEN)).toBe(false);
    last().say(snapshot(4, []), changes(5, {}));
    expect(state).toMatchObject({ sync: "live", seq: 5 });
    expect(socket.send(SEEN)).toBe(true);
  });

  it("takes no frame of a new connection before its snapshot, even one whose number fits", () => {
    last().say(HELLO, snapshot(1, []));
    last().onclose?.({ code: 1012 });
    pass(2);
    last().say(HELLO, changes(2, {}));
    expect(state.seq).toBe(1);
  });

  it("resyncs after what is no frame, and passes over a kind it does not know", () => {
    last().say(HELLO, snapshot(1, []));
    last().onmessage?.({ data: '{"type":"news"}' });
    expect(last().sent).toEqual([]);
    last().onmessage?.({ data: "{" });
    expect(last().sent).toEqual(["resync"]);
  });

  it("tries for ever, slower each time, and from the beginning after a success", () => {
    const started: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const before = wires.length;
      last().onclose?.({ code: 1006 });
      const from = now;
      while (wires.length === before) pass(1);
      started.push((now - from) / 1000);
    }
    expect(started).toEqual([1, 2, 4, 8, 15, 15, 15]);
    last().say(HELLO, snapshot(1, []));
    last().onclose?.({ code: 1006 });
    const before = wires.length;
    pass(1);
    expect(wires.length).toBe(before + 1);
  });

  it("gives up a connection that never opens", () => {
    last().readyState = 0;
    pass(12);
    expect(wires[0]?.closed).toBe(true);
    expect(wires).toHaveLength(2);
  });

  it("tells of refusals: a close for want of a login, or before a word", () => {
    last().onclose?.({ code: 1006 });
    expect(refusals).toBe(1);
    pass(1);
    last().say(HELLO);
    last().onclose?.({ code: 1012 });
    expect(refusals).toBe(1);
    pass(2);
    last().say(HELLO);
    last().onclose?.({ code: 4001 });
    expect(refusals).toBe(2);
  });

  it("after sleep drops what waited in the old connection and alarms only once the new one had its time", () => {
    last().say(HELLO, snapshot(1, []));
    calendar += 180_000; // the monotonic clock of some machines stands still while they sleep
    const old = last();
    old.say(changes(2, {}));
    expect(state.seq).toBe(1);
    expect(old.closed).toBe(true);
    expect(sleeps).toEqual([180_000]);
    expect(shown).toMatchObject({ kind: "waiting", waking: true });
    pass(9);
    expect(shown?.kind).toBe("waiting");
    pass(2);
    expect(shown?.kind).toBe("lost");
    while (last().closed) pass(1);
    last().say(HELLO, snapshot(7, []));
    expect(shown).toMatchObject({ kind: "live", waking: false });
  });

  it("is lost although each look comes so late that it seems like sleep: a covered page whose server died", () => {
    last().say(HELLO, snapshot(1, []));
    last().onclose?.({ code: 1006 });
    for (let look = 0; look < 3; look += 1) {
      now += 60_000; // browsers let the timers of a page that has long been hidden run once a minute
      calendar += 60_000;
      socket.tick();
      last().onclose?.({ code: 1006 });
    }
    expect(shown).toMatchObject({ kind: "lost", waking: false });
    calendar += 3_600_000; // real sleep after it: the new connection has its time again
    socket.tick();
    expect(shown).toMatchObject({ kind: "waiting", waking: true });
  });

  it("stops when told, and what is shown grows old by itself", () => {
    last().say(HELLO, snapshot(1, []));
    socket.stop();
    pass(30);
    expect(wires).toHaveLength(1);
    expect(shown?.kind).toBe("lost");
    socket.start();
    last().say(HELLO, snapshot(1, []));
    expect(shown?.kind).toBe("live");
  });
});

describe("backoff", () => {
  it("spreads by a fifth to both sides", () => {
    expect([backoff(0, 0), backoff(0, 1), backoff(99, 0.5)]).toEqual([800, 1200, 15_000]);
  });
});
