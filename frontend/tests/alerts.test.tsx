// @vitest-environment happy-dom
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { alert, at, changes } from "./make.ts";
import { answerWith, find, hello, root, say, setUp, wall, words } from "./stage.tsx";

beforeEach(setUp);

describe("alerts", () => {
  it("say what and how much, with marks by priority and kind", async () => {
    const overdue = alert("t", { limit: "cuff_overdue", kind: "technical", priority: "low", value: null, limit_value: null });
    await say(hello(), wall([alert("a"), overdue]));
    expect(words("[data-test=strip] [data-test=alert-text]")).toContain("*** critical SBP 192, limit 180");
    expect(words("[data-alert=t] [data-test=alert-text]")).toContain("! caution BP overdue");
    expect(find("[data-chair='Chair 1']").dataset).toMatchObject({ level: "3", kind: "patient", ack: "needed" });
    expect(words("[data-test=announcer]")).toContain("Chair 1: critical, SBP 192, limit 180");
  });

  it("of one limit stand together in the list, each with its source and its own button", async () => {
    const line = alert("b", { source: "art", value: 186, opened_at: at(5) });
    const other = alert("o", { limit: "diastolic_high", opened_at: at(2), value: 115, limit_value: 110 });
    const elsewhere = alert("e", { chair_id: "2", session_id: "s2", opened_at: at(3) });
    await say(hello(), wall([alert("a"), line, other, elsewhere]));
    const rail = [...root.querySelectorAll<HTMLElement>(".rail [data-test=alert]")];
    expect(rail.map((row) => row.dataset["alert"])).toEqual(["a", "b", "o", "e"]);
    expect([...root.querySelectorAll("[data-test=together] [data-test=source]")].map((found) => found.textContent)).toEqual([" cuff", " line"]);
    expect(root.querySelectorAll("[data-test=together] [data-test=ack]")).toHaveLength(2);
    expect(words("[data-test=alert-count]")).toBe("4");
  });

  it("count down to the second reading while provisional", async () => {
    await say(hello(), wall([alert("a", { state: "provisional", priority: "medium", confirm_by: at(79) })]));
    expect(words("[data-test=strip] [data-test=alert-state]")).toContain("measure again, 1:19");
  });

  it("are acknowledged only when a frame says so; then who and when stays", async () => {
    await say(hello(), wall([alert("a")]));
    answerWith({ ok: true, status: 200, body: alert("a") });
    const press = act(() => find("[data-test=ack]").click());
    await press;
    expect(find("[data-chair='Chair 1']").dataset["ack"]).toBe("needed");
    await say(changes(2, { alerts: [alert("a", { acknowledged_by: "RN Okafor", acknowledged_at: at(2) })] }));
    expect(find("[data-chair='Chair 1']").dataset["ack"]).toBe("done");
    expect(words("[data-test=alert] [data-test=ack-done]")).toMatch(/^RN Okafor \d\d:\d\d$/);
    await say(changes(3, { alerts: [alert("a", { acknowledged_by: "u", acknowledged_at: at(2) })] }));
    expect(words("[data-test=alert] [data-test=ack-done]")).toMatch(/^RN Okafor \d\d:\d\d$/);
  });

  it("say that an acknowledgement failed, and offer to try again", async () => {
    await say(hello(), wall([alert("a")]));
    await act(async () => {
      find("[data-test=ack]").click();
      await Promise.resolve();
    });
    expect(words("[data-test=ack]")).toBe("Not acknowledged. Try again");
  });

  it("of an earlier session do not colour the present patient's tile", async () => {
    await say(hello(), wall([alert("a", { session_id: "s0", state: "returned" })]));
    expect(find("[data-chair='Chair 1']").dataset["level"]).toBe("0");
    expect(words("[data-test=alert]")).toContain("Earlier session");
    expect(words("[data-test=alert]")).toContain("Resolved, not reviewed");
  });
});
