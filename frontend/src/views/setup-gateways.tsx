/** Gateways: each made with a key that is shown once, and shut out for good by revoking it. */

import { useState } from "preact/hooks";
import { simulateCommand, simulatedDevices } from "../core/setup.ts";
import { millis } from "../core/time.ts";
import type { Chair } from "../wire/types.ts";
import { SETUP, SETUP_PARTS, calendarDay, heardWords, number } from "../words.ts";
import { useScreen } from "./context.ts";
import { Field, Form, Refused } from "./form.tsx";
import { Panel } from "./panel.tsx";
import { byLabel } from "./setup-chairs.tsx";
import type { Device } from "./setup-devices.tsx";
import { Once } from "./setup-once.tsx";
import { HEARD_EVERY_MS, Heads, Reason, Shows, Wide, bodyOf, useFewRead, useRead, useReason, useSetupWriting } from "./setup-read.tsx";

export interface Gateway {
  readonly id: string;
  readonly label: string;
  readonly created_at: string;
  readonly queued: number;
  readonly last_heard_at: string | null;
}

interface Made {
  readonly id: string;
  readonly label: string;
  readonly key: string;
}

interface EditParts {
  readonly close: () => void;
  readonly again: () => void;
}

function AddGateway({ close, again }: EditParts) {
  const writing = useSetupWriting();
  const [made, setMade] = useState<Made | null>(null);
  return (
    <Panel title={made === null ? SETUP.addGateway : SETUP.gatewayMade} close={close} test="add-gateway-panel">
      {made === null ? (
        <Form<Made>
          label={SETUP.addGateway}
          writing={writing}
          change={(fields) => ({ path: "gateways", body: { label: String(fields.get("label") ?? "") } })}
          cancel={close}
          done={(body) => {
            setMade(body);
            again();
          }}
        >
          <Field label={SETUP.gatewayLabel} name="label" hint={SETUP.gatewayHint} />
        </Form>
      ) : (
        <Once label={SETUP.key} secret={made.key} told={SETUP.gatewayUse} close={close} />
      )}
    </Panel>
  );
}

function RevokeGateway({ gateway, devices, close, again }: EditParts & { gateway: Gateway; devices: number }) {
  const writing = useSetupWriting();
  return (
    <Panel title={SETUP.revokeOf(gateway.label)} close={close} test="revoke-panel">
      <Form
        label={SETUP.revokeOf(gateway.label)}
        writing={writing}
        change={() => ({ method: "DELETE", path: `gateways/${gateway.id}` })}
        submit={SETUP.revokeDo}
        cancel={close}
        done={() => {
          again();
          close();
        }}
      >
        <p>{SETUP.revokeTold(devices)}</p>
      </Form>
    </Panel>
  );
}

interface SimulateParts {
  readonly chairs: readonly Chair[];
  readonly reason: string | null;
  readonly again: () => void;
}

/** A gateway with its devices in a few requests; the key is shown even where a device was refused. */
function Simulate({ chairs, reason, again }: SimulateParts) {
  const writing = useSetupWriting();
  const [made, setMade] = useState<Made | null>(null);
  const [simulated, setSimulated] = useState(0);
  const refusal = writing.refusal.value;
  async function make(): Promise<void> {
    const answer = await writing.run<Made>({ path: "gateways", body: { label: SETUP.simulateName } });
    if (answer === null) return;
    const ids = chairs.map((chair) => chair.id);
    for (const body of simulatedDevices(ids, answer.body.id)) if ((await writing.run({ path: "devices", body })) === null) break;
    setSimulated(ids.length);
    setMade(answer.body);
    again();
  }
  const why = reason ?? (chairs.length === 0 ? SETUP.simulateNoChairs : null);
  return (
    <section class="card" aria-labelledby="simulate">
      <h2 id="simulate">{SETUP.simulate}</h2>
      <p>{SETUP.simulateTold}</p>
      {refusal === null ? null : <Refused refusal={refusal} />}
      <p>
        <button type="button" class="btn" disabled={why !== null || writing.busy.value} title={why ?? undefined} data-test="simulate" onClick={() => void make()}>
          {why === null || reason !== null ? SETUP.simulateDo : `${SETUP.simulateDo} (${why})`}
        </button>
      </p>
      {made === null ? null : (
        <Panel title={SETUP.simulated} close={() => setMade(null)} test="simulate-panel">
          <Once label={SETUP.key} secret={made.key} told={SETUP.gatewayUse} command={simulateCommand(new URL("./", document.baseURI).href.replace(/\/$/, ""), made.key, simulated)} close={() => setMade(null)} />
        </Panel>
      )}
    </section>
  );
}

export function GatewaysPart() {
  const gateways = useFewRead<readonly Gateway[]>("gateways", HEARD_EVERY_MS);
  const devices = useRead<readonly Device[]>("devices");
  const chairs = byLabel(bodyOf(useRead<readonly Chair[]>("chairs")) ?? []);
  const reason = useReason("admin");
  const [open, setOpen] = useState<Gateway | "add" | null>(null);
  const close = (): void => setOpen(null);
  const of = (gateway: Gateway): number => (bodyOf(devices) ?? []).filter((device) => device.gateway_id === gateway.id).length;
  const again = (): void => {
    gateways.again();
    devices.again();
  };
  return (
    <>
      <Reason reason={reason} />
      <p>
        <button type="button" class="btn fill" disabled={reason !== null} title={reason ?? undefined} data-test="add-gateway" onClick={() => setOpen("add")}>
          {SETUP.addGateway}
        </button>
      </p>
      <Shows reading={gateways}>{(all) => (all.length === 0 ? <p class="none">{SETUP.noGateways}</p> : <GatewayTable gateways={all} devices={of} reason={reason} revoke={setOpen} />)}</Shows>
      <Simulate chairs={chairs} reason={reason} again={again} />
      {open === "add" ? <AddGateway close={close} again={again} /> : null}
      {open === null || open === "add" ? null : <RevokeGateway gateway={open} devices={of(open)} close={close} again={again} />}
    </>
  );
}

interface TableParts {
  readonly gateways: readonly Gateway[];
  readonly devices: (gateway: Gateway) => number;
  readonly reason: string | null;
  readonly revoke: (gateway: Gateway) => void;
}

function GatewayTable({ gateways, devices, reason, revoke }: TableParts) {
  const { now } = useScreen();
  return (
    <Wide label={SETUP_PARTS.gateways}>
      <table class="table" data-test="gateways">
        <Heads names={[SETUP.gateway, SETUP.lastHeard, SETUP.devices, SETUP.queued, SETUP.created]} acts={SETUP.revoke} />
        <tbody>
          {gateways.map((gateway) => (
            <tr key={gateway.id} data-test="gateway-row" data-label={gateway.label}>
              <th scope="row">{gateway.label}</th>
              <td>{gateway.last_heard_at === null ? SETUP.never : heardWords(millis(gateway.last_heard_at), now.value)}</td>
              <td class="num">{devices(gateway)}</td>
              <td class="num">{number(gateway.queued)}</td>
              <td>{calendarDay(millis(gateway.created_at))}</td>
              <td class="acts">
                <button type="button" class="btn" disabled={reason !== null} title={reason ?? undefined} aria-label={SETUP.revokeOf(gateway.label)} data-test="revoke" onClick={() => revoke(gateway)}>
                  {SETUP.revoke}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
