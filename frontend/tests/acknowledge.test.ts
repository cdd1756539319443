import { describe, expect, it } from "vitest";
import { Acknowledgements } from "../src/api/acknowledge.ts";
import type { Answer } from "../src/api/http.ts";
import type { Alert } from "../src/wire/types.ts";
import { alert, at } from "./make.ts";

/** Acknowledgements whose server answers as told, in order, and the keys it was sent. */
function scripted(...answers: Answer<Alert>[]) {
  const sent: { path: string; key: string }[] = [];
  const bodies: unknown[] = [];
  let keys = 0;
  let loggedOut = 0;
  const acknowledgements = new Acknowledgements(
    async (path, { key, body }) => {
      sent.push({ path, key });
      bodies.push(body);
      const answer = answers.shift();
      if (answer === undefined) throw new Error("one request too many");
      return answer;
    },
    () => `key-${++keys}`,
    () => (loggedOut += 1),
  );
  return { acknowledgements, sent, bodies, kind: () => acknowledgements.attempts.value.get("a")?.kind, loggedOut: () => loggedOut };
}

const no = (status: number, fields: Record<string, unknown> = {}): Answer<Alert> => ({ ok: false, status, problem: { code: "x", detail: "", ...fields } });
const yes: Answer<Alert> = { ok: true, status: 200, body: alert("a", { acknowledged_at: at(9) }) };

describe("acknowledge", () => {
  it("is not done before a frame says so, and one press is one request", async () => {
    const { acknowledgements, sent, kind } = scripted(yes);
    const pressed = acknowledgements.acknowledge("a");
    expect(kind()).toBe("sending");
    await acknowledgements.acknowledge("a");
    await pressed;
    expect(kind()).toBe("sent");
    acknowledgements.settle([alert("a")]);
    expect(kind()).toBe("sent");
    acknowledgements.settle([alert("a", { acknowledged_at: at(9) })]);
    expect(kind()).toBeUndefined();
    expect(sent).toEqual([{ path: "alerts/a/acknowledge", key: "key-1" }]);
  });

  it("after no answer asks again under the same key, after a refusal under a new one", async () => {
    const { acknowledgements, sent, kind } = scripted(no(0), no(503), no(500), yes);
    for (let press = 0; press < 4; press += 1) {
      await acknowledgements.acknowledge("a");
      if (press < 3) expect(kind()).toBe("failed");
    }
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-1", "key-2"]);
  });

  it("says who was first and when, until the alert re-arms", async () => {
    const { acknowledgements, kind } = scripted(no(409, { code: "already_acknowledged", acknowledged_by: "RN Lee", acknowledged_at: at(5) }));
    await acknowledgements.acknowledge("a");
    expect(acknowledgements.attempts.value.get("a")).toMatchObject({ kind: "first", who: "RN Lee", at: at(5) });
    acknowledgements.settle([alert("a", { acknowledged_at: at(5) })]);
    expect(kind()).toBe("first");
    acknowledgements.settle([alert("a")]);
    expect(kind()).toBeUndefined();
  });

  it("asks for a login when that ran out, and takes another 409 as a failure", async () => {
    const { acknowledgements, kind, loggedOut } = scripted(no(401), no(409, { code: "key_reused" }));
    await acknowledgements.acknowledge("a");
    expect(loggedOut()).toBe(1);
    await acknowledgements.acknowledge("a");
    expect(kind()).toBe("failed");
  });

  it("can be pressed again when the alert has re-armed before any frame showed it acknowledged", async () => {
    const { acknowledgements, sent, kind } = scripted(yes, yes);
    const before = alert("a");
    acknowledgements.settle([before]);
    await acknowledgements.acknowledge("a");
    acknowledgements.settle([before]);
    expect(kind()).toBe("sent");
    acknowledgements.settle([alert("a", { value: 204 })]); // the frame after it, or the snapshot after a lost connection
    expect(kind()).toBeUndefined();
    await acknowledgements.acknowledge("a");
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-2"]);
  });

  it("is a new request once a frame tells that the one without an answer acknowledges nothing now", async () => {
    const { acknowledgements, sent, kind } = scripted(no(0), yes);
    acknowledgements.settle([alert("a")]);
    await acknowledgements.acknowledge("a");
    acknowledgements.settle([alert("a")]);
    expect(kind()).toBe("failed");
    await acknowledgements.acknowledge("a");
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-2"]);
  });

  it("is in the name that was tapped, and another name is another request", async () => {
    const { acknowledgements, sent, bodies } = scripted(no(0), no(0), yes);
    await acknowledgements.acknowledge("a", "lee");
    await acknowledgements.acknowledge("a", "lee");
    await acknowledgements.acknowledge("a", "okafor");
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-2"]);
    expect(bodies).toEqual([{ acknowledged_by: "lee" }, { acknowledged_by: "lee" }, { acknowledged_by: "okafor" }]);
  });
});
