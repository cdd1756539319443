import { beforeEach, describe, expect, it } from "vitest";
import { Receipts } from "../src/live/receipts.ts";
import type { Seen } from "../src/wire/types.ts";

let now: number;
let visible: boolean;
let online: boolean;
let painted: string[];
let covered: string[];
let asked: number;
let sent: Seen[];
let frames: (() => void)[];
let receipts: Receipts;

beforeEach(() => {
  now = 0;
  visible = true;
  online = true;
  painted = [];
  covered = [];
  asked = 0;
  sent = [];
  frames = [];
  receipts = new Receipts({
    beforePaint: (callback) => void frames.push(callback),
    monotonic: () => now,
    visible: () => visible,
    audio: () => "running",
    standingAlerts: () => [...painted, ...covered],
    paintedAlerts: () => {
      asked += 1;
      return painted;
    },
    send: (message) => {
      if (online) sent.push(message);
      return online;
    },
  });
});

function paint(): void {
  for (const callback of frames.splice(0)) callback();
}

describe("receipts", () => {
  it("go out every 5 s, and at once when an alert is painted or goes", () => {
    receipts.tick();
    now = 1000;
    receipts.taken(7, now);
    painted = ["b", "a", "b"];
    now = 1012;
    expect(sent).toHaveLength(1);
    paint();
    expect(sent[1]).toEqual({ type: "seen", alerts: ["a", "b"], audio: "running", visible: true, shown_seq: 7, painted_ms: 12 });
    now = 5000;
    receipts.tick();
    expect(sent).toHaveLength(2);
    now = 6012;
    receipts.tick();
    expect(sent).toHaveLength(3);
  });

  it("claim no paint before it happened, and none on a hidden page", () => {
    painted = ["a"];
    receipts.taken(7, 0);
    receipts.tick();
    expect(sent[0]).toMatchObject({ shown_seq: 0 });
    visible = false;
    now = 5000;
    receipts.tick();
    expect(sent[1]).toMatchObject({ alerts: [], visible: false, shown_seq: 0 });
  });

  it("name only what can be seen, and look again only when other alerts stand on the page", () => {
    painted = ["a"];
    covered = ["b"];
    receipts.taken(7, 0);
    paint();
    expect(sent[0]).toMatchObject({ alerts: ["a"] });
    for (let seq = 8; seq < 20; seq += 1) {
      receipts.taken(seq, 0);
      paint();
    }
    expect(asked).toBe(1);
    covered = [];
    painted = ["a", "b"];
    now = 5000;
    receipts.tick();
    expect(sent[1]).toMatchObject({ alerts: ["a", "b"] });
  });

  it("measure from the oldest frame that waits for the paint", () => {
    receipts.taken(7, 0);
    now = 400;
    receipts.taken(8, 400);
    now = 450;
    painted = ["a"];
    paint();
    expect(sent[0]).toMatchObject({ shown_seq: 8, painted_ms: 450 });
  });

  it("are tried again at the next tick when they could not be sent", () => {
    online = false;
    receipts.tick();
    online = true;
    receipts.tick();
    expect(sent).toHaveLength(1);
  });
});
