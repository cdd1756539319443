import { describe, expect, it } from "vitest";
import { dueBrief, dueLine, lettersLeft, nameBrief } from "../src/words.ts";
import { at } from "./make.ts";

const due = (text: string | null, kind = "point") => ({ kind, at: at(0), state: "planned" as const, text });

describe("short forms", () => {
  it("name the minutes of a check that the protocol names in its own words", () => {
    expect(dueBrief(due("Blood pressure 40 minutes after the first device"), "M")).toBe("BP +40 min");
    expect(dueBrief(due("Blood pressure 40 minutes after the first device"), "S")).toBe("BP +40");
    expect(dueBrief(due("Blood pressure at two hours, before the session ends"), "M")).toBe("BP +120 min");
    expect(dueBrief(due("BP at 30 min"), "L")).toBe("BP +30 min");
  });

  it("make nothing up where the words are not understood", () => {
    expect(dueBrief(due("Look at the infusion site 20 minutes after the start"), "M")).toBe("Check");
    expect(dueBrief(due("Blood pressure before the patient stands up"), "M")).toBe("Check");
    expect(dueBrief(due(null, "cuff"), "M")).toBe("BP");
    expect(dueBrief(due("Responsible adult (driver)", "driver"), "S")).toBe("Driver");
  });

  it("keep a name that fits, then its last part, then its initials", () => {
    expect(nameBrief("RN Okafor", 9)).toBe("RN Okafor");
    expect(nameBrief("Robin Ashe", 9)).toBe("R. Ashe");
    expect(nameBrief("RN Wilhelmina", 11)).toBe("Wilhelmina");
    expect(nameBrief("Wilhelmina Featherstone-Haugh", 9)).toBe("WF");
    expect(nameBrief("RN Okafor", 5)).toBe("Okaf.");
    expect(nameBrief("RN", 1)).toBe("R.");
  });

  it("leave a name more letters the less is due", () => {
    expect(lettersLeft("M", "BP in 2:50")).toBe(17);
    expect(lettersLeft("M", "BP +40 min 12 min late")).toBe(5);
    expect(lettersLeft("L", "BP +120 min 12 min late")).toBe(13);
  });

  it("say how late in the least room", () => {
    const late = { ...due("Blood pressure at 90 minutes"), state: "overdue" as const };
    expect(dueLine(late, Date.parse(at(12 * 60)), "S")).toBe("BP +90 12′ late");
    expect(dueLine(late, Date.parse(at(12 * 60)), "M")).toBe("BP +90 min 12 min late");
  });
});
