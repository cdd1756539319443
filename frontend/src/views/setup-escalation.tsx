/** Who is called when nobody answers, and whether the world outside these screens would hear of it. */

import { useState } from "preact/hooks";
import { SETUP, SETUP_PARTS, number } from "../words.ts";
import { Refused } from "./form.tsx";
import type { Protocol } from "./setup-protocol-tables.tsx";
import { bodyOf, Heads, Reason, Shows, useFewRead, useRead, useReason, useSetupWriting, Wide } from "./setup-read.tsx";

interface Settings {
  readonly webhook_configured: boolean;
}

interface Tested {
  readonly sent: boolean;
  readonly status: number | null;
  readonly detail: string | null;
}

function Test({ configured }: { configured: boolean }) {
  const writing = useSetupWriting();
  const reason = useReason("admin");
  const [tested, setTested] = useState<Tested | null>(null);
  const refusal = writing.refusal.value;
  async function send(): Promise<void> {
    setTested(null);
    const answer = await writing.run<Tested>({ path: "settings/escalation/test" });
    if (answer !== null) setTested(answer.body);
  }
  return (
    <>
      <Reason reason={reason} />
      <p>
        <button type="button" class="btn" disabled={reason !== null || !configured || writing.busy.value} title={reason ?? undefined} data-test="test-webhook" onClick={() => void send()}>
          {SETUP.testWebhook}
        </button>
      </p>
      {refusal === null ? null : <Refused refusal={refusal} />}
      {tested === null ? null : (
        <p role="status" class={tested.sent ? undefined : "refusal"} data-test="tested" data-sent={tested.sent}>
          {tested.sent ? SETUP.testSent : SETUP.testNotSent} {[tested.status, tested.detail].filter((part) => part !== null && part !== "").join(" ")}
        </p>
      )}
    </>
  );
}

function Times({ code, title }: { code: string; title: string }) {
  const times = bodyOf(useRead<Protocol>(`protocols/${encodeURIComponent(code)}`))?.escalation ?? {};
  const seconds = (key: string): string => (typeof times[key] === "number" ? `${number(times[key])} s` : SETUP.none);
  return (
    <tr>
      <th scope="row">{title}</th>
      {["high_stations_s", "high_clinician_s", "medium_s"].map((key) => (
        <td key={key} class="num">
          {seconds(key)}
        </td>
      ))}
    </tr>
  );
}

export function EscalationPart() {
  const settings = useFewRead<Settings>("settings/escalation");
  const protocols = useRead<readonly { readonly code: string; readonly title: string }[]>("protocols");
  return (
    <div class="stack">
      <section class="card" aria-labelledby="ladder">
        <h2 id="ladder">{SETUP.escalationSteps}</h2>
        <ol class="ladder">
          {SETUP.ladder.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Shows reading={protocols}>
          {(all) => (
            <Wide label={SETUP_PARTS.escalation}>
              <table class="table" data-test="escalation">
                <Heads names={[SETUP.protocol, SETUP.highAfter, SETUP.clinicianAfter, SETUP.mediumAfter]} />
                <tbody>
                  {all.map(({ code, title }) => (
                    <Times key={code} code={code} title={title} />
                  ))}
                </tbody>
              </table>
            </Wide>
          )}
        </Shows>
        <p class="none">{SETUP.escalationFrom}</p>
      </section>
      <section class="card" aria-labelledby="webhook">
        <h2 id="webhook">{SETUP.webhook}</h2>
        <Shows reading={settings}>
          {({ webhook_configured }) => (
            <>
              <p data-test="webhook">{webhook_configured ? SETUP.webhookOn : SETUP.webhookOff}</p>
              <Test configured={webhook_configured} />
            </>
          )}
        </Shows>
      </section>
    </div>
  );
}

