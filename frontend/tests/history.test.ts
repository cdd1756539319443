import { beforeEach, describe, expect, it } from "vitest";
import { dayAddress, dayAsked, dayRequest, median, perChair, perHour, response, responses } from "../src/core/alert-day.ts";
import { bandPath, beyondUsual, curve, frameOf, peakOf, placeIn, usual } from "../src/core/compare.ts";
import { dayOf, dayStart, isDay } from "../src/core/day.ts";
import { ageAt, given, told, type EventEntry } from "../src/core/handover.ts";
import { NOTHING_ASKED, addressOf, asked, isPeak, requestOf, searchOf, without } from "../src/core/search.ts";
import { pressureLine, smallX } from "../src/core/small-trend.ts";
import { routeOf } from "../src/route.ts";
import type { ByMinute } from "../src/wire/history.ts";
import { againWords, dateAndTime, spanWords, zonedTime } from "../src/words.ts";
import { alert, at } from "./make.ts";

const CHAIR = "00000000-0000-0000-0000-000000000001";

beforeEach(() => {
  process.env["TZ"] = "Europe/London";
});

describe("days of this screen's zone", () => {
  it("begin and end where the clocks change", () => {
    expect(new Date(dayStart("2026-03-29")).toISOString()).toBe("2026-03-29T00:00:00.000Z");
    expect(dayStart("2026-03-29", 1) - dayStart("2026-03-29")).toBe(23 * 3_600_000);
    expect(new Date(dayStart("2026-07-01")).toISOString()).toBe("2026-06-30T23:00:00.000Z");
    expect(dayOf(Date.parse("2026-06-30T23:30:00Z"))).toBe("2026-07-01");
  });

  it("are days that there are", () => {
    expect(["2026-02-30", "2026-13-01", "yesterday", "", "26-11-20"].map(isDay)).toEqual([false, false, false, false, false]);
    expect(isDay("2028-02-29")).toBe(true);
  });

  it("say their zone", () => {
    expect(zonedTime(Date.parse("2026-11-20T14:05:00Z"))).toBe("14:05 GMT");
    expect(dateAndTime(Date.parse("2026-07-01T14:05:00Z"))).toBe("Wed, 1 Jul 2026, 15:05 BST");
  });
});

describe("a search", () => {
  const whole = { ...NOTHING_ASKED, text: "Åsa Berg", from: "2026-07-01", to: "2026-07-02", chair: CHAIR, protocol: "iv_infusion", had: "high", over: "160" } as const;

  it("stands in the address without what may be a name", () => {
    const address = addressOf(whole);
    expect(address).not.toContain("Berg");
    expect(searchOf(`?${address}`, "Åsa Berg")).toEqual(whole);
    expect(addressOf(NOTHING_ASKED)).toBe("");
    expect(routeOf("/kat/history", "?had=high", "Berg")).toEqual({ page: "history", query: "?had=high", text: "Berg" });
  });

  it("passes over what no filter could be", () => {
    expect(searchOf("?from=soon&had=urgent&over=9999&chair=7&protocol=%20&x=1", "  ")).toEqual(NOTHING_ASKED);
    expect(["29", "30", "160.5", "300", "301", "1e2", "-40", ""].map(isPeak)).toEqual([false, true, true, true, false, false, false, false]);
  });

  it("asks the server by moments, to the end of the last day", () => {
    const query = new URLSearchParams(requestOf(whole, 50, "c1").split("?")[1]);
    expect(Object.fromEntries(query)).toMatchObject({
      q: "Åsa Berg",
      from: "2026-06-30T23:00:00.000Z",
      to: "2026-07-02T23:00:00.000Z",
      chair_id: CHAIR,
      protocol: "iv_infusion",
      had_priority: "high",
      min_peak_systolic: "160",
      cursor: "c1",
    });
  });

  it("loses one filter at a time", () => {
    expect(asked(whole)).toEqual(["text", "from", "to", "chair", "protocol", "had", "over"]);
    expect(asked(without(whole, "had"))).not.toContain("had");
  });
});

describe("alerts of a day", () => {
  const taken = (id: string, seconds: number, more = {}) => alert(id, { raised_at: at(0), acknowledged_at: at(seconds), state: "closed", ...more });

  it("are asked for by the address, today without one", () => {
    expect(dayAsked("", "2026-11-20")).toEqual({ day: "2026-11-20", chair: "", priority: "", kind: "" });
    const some = dayAsked(`?day=2026-11-19&chair=${CHAIR}&priority=high&kind=technical`, "2026-11-20");
    expect(dayAsked(dayAddress(some, "2026-11-20").slice(6), "2026-11-20")).toEqual(some);
    expect(dayAddress({ ...some, day: "2026-11-20", chair: "", priority: "", kind: "" }, "2026-11-20")).toBe("alerts");
    expect(dayRequest(some)).toContain("from=2026-11-19T00%3A00%3A00.000Z&to=2026-11-20T00%3A00%3A00.000Z");
    expect(dayAsked("?day=x&priority=urgent&kind=odd", "2026-11-20").priority).toBe("");
  });

  it("have response times from when they were raised", () => {
    expect(response(taken("1", 41))).toBe(41_000);
    expect(response(alert("2"))).toBeNull();
    const found = responses([taken("1", 10), taken("2", 50), taken("3", 30), alert("4"), alert("5", { state: "closed", closed_reason: "not_confirmed" })]);
    expect(found).toEqual({ taken: 3, median: 30_000, slowest: 50_000, waiting: 1 });
    expect(responses([])).toEqual({ taken: 0, median: null, slowest: null, waiting: 0 });
    expect([median([]), median([7]), median([1, 2, 9]), median([1, 2, 4, 9])]).toEqual([null, 7, 2, 3]);
  });

  it("are counted per chair and for every hour between the first and the last", () => {
    const alerts = [alert("1"), alert("2", { priority: "low", opened_at: at(2 * 3600) }), alert("3", { chair_id: null, kind: "technical" })];
    expect(perChair(alerts).map(({ chair, counts }) => [chair, counts.high, counts.low, counts.technical, counts.all])).toEqual([
      ["1", 1, 1, 0, 2],
      [null, 0, 0, 1, 1],
    ]);
    expect(perHour(alerts).map(({ hour, counts }) => [hour, counts.all])).toEqual([
      [14, 2],
      [15, 0],
      [16, 1],
    ]);
    expect(perHour([])).toEqual([]);
  });

  it("say when they sound again, where the server says so", () => {
    const now = Date.parse(at(60));
    const held = alert("1", { acknowledged_at: at(30) });
    expect(againWords(held, now)).toBeNull();
    expect(againWords({ ...held, remind_at: null }, now)).toBe("Sounds again only if it gets worse");
    expect(againWords({ ...held, remind_at: at(132) }, now)).toBe("Sounds again in 1:12");
    expect(againWords({ ...held, remind_at: at(1) }, now)).toBe("Sounds again now");
    expect(againWords(alert("1", { remind_at: at(132) }), now)).toBeNull();
    expect([spanWords(41_000), spanWords(3_599_000), spanWords(3_900_000)]).toEqual(["0:41", "59:59", "1 h 05 min"]);
  });
});

describe("a hand-over", () => {
  const entry = (kind: string, seconds: number, more = {}): EventEntry => ({ kind, type: "event", at: at(seconds), recorded_at: at(seconds), ...more });

  it("tells what was given and what was noted, oldest first, without what was corrected", () => {
    const entries = [entry("note", 50), entry("medication", 40), entry("dose", 0), entry("dose", 5, { corrected_by: "x" }), entry("pause", 7), entry("symptom", 20)];
    expect(given(entries).map(({ kind }) => kind)).toEqual(["dose", "medication"]);
    expect(told(entries).map(({ kind }) => kind)).toEqual(["symptom", "note"]);
  });

  it("says an age in whole years", () => {
    const now = Date.parse("2026-11-20T12:00:00Z");
    expect([ageAt("1980-11-20", now), ageAt("1980-11-21", now), ageAt("", now), ageAt("1980-11-20", Number.NaN)]).toEqual([46, 45, null, null]);
  });
});

describe("sessions compared", () => {
  const session = (id: string, systolic: (number | null)[], minutes = [0, 5, 10]): ByMinute => ({ session_id: id, day: "2026-11-20", protocol: "iv", dosed_at: at(0), minutes, systolic, diastolic: [], heart_rate: [] });
  const three = [session("new", [120, 160, 140]), session("b", [118, 140, null]), session("a", [122, 150, 150])];

  it("have a median and a range per minute, of those that were measured there", () => {
    expect(usual(three.slice(1), "systolic")).toEqual([
      { minute: 0, median: 120, low: 118, high: 122, count: 2 },
      { minute: 5, median: 145, low: 140, high: 150, count: 2 },
      { minute: 10, median: 150, low: 150, high: 150, count: 1 },
    ]);
    expect(usual(three, "diastolic")).toEqual([]);
  });

  it("say by how much the newest lay above what is usual at its peak", () => {
    expect(peakOf(three[0]!, "systolic")).toEqual({ minute: 5, value: 160 });
    expect(beyondUsual(three[0]!, usual(three.slice(1), "systolic"), "systolic")).toEqual({ minute: 5, by: 15 });
    expect(beyondUsual(three[0]!, [], "systolic")).toBeNull();
    expect(peakOf(three[0]!, "diastolic")).toBeNull();
  });

  it("share one frame in round steps, and keep gaps", () => {
    expect(frameOf(three, "systolic")).toEqual({ from: -15, to: 110, low: 80, high: 200 });
    expect(frameOf([session("x", [213, 62, null], [-30, 0, 200])], "systolic")).toEqual({ from: -30, to: 200, low: 60, high: 220 });
    const place = placeIn({ from: 0, to: 100, low: 0, high: 100 }, 100, 100);
    const points = [0, 5, 40, 45].map((minute) => ({ minute, value: minute }));
    expect(curve(points, place)).toBe("M0.0 100.0h0.1L5.0 95.0M40.0 60.0h0.1L45.0 55.0");
    expect(bandPath([{ minute: 0, median: 0, low: 0, high: 10, count: 1 }], place)).toBe("");
  });

  it("draw small curves of every row on one axis", () => {
    const line = pressureLine({ step_s: 60, from_min: 0, systolic: [120, null, null, 130, ...Array<null>(25).fill(null), 110], heart_rate: [] });
    expect(line.match(/M/g)).toHaveLength(2);
    expect([smallX(-90), smallX(999)]).toEqual([0, 240]);
  });
});
