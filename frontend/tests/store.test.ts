import { computed } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { Store } from "../src/live/store.ts";
import { chair, changes, seated, session, snapshot } from "./make.ts";

describe("where a session is", () => {
  it("is heard also when it is at a chair that nobody had before", () => {
    const store = new Store();
    store.take(snapshot(1, [seated("1", "s1")]));
    const where = computed(() => store.chairOf("s2"));
    expect(where.value).toBe(null);
    store.take(changes(2, { chairs: [chair("2").chair], sessions: [session("s2", "2")] }));
    expect(where.value).toBe("2");
  });

  it("follows the session to another chair", () => {
    const store = new Store();
    store.take(snapshot(1, [seated("1", "s1"), chair("2")]));
    const where = computed(() => store.chairOf("s1"));
    expect(where.value).toBe("1");
    store.take(snapshot(2, [chair("1"), seated("2", "s1")]));
    expect(where.value).toBe("2");
  });
});
