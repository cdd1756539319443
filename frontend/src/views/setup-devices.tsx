/** Devices: when each was last heard, and the chair it stands at, changed by one choice. */

import { useState } from "preact/hooks";
import type { Change } from "../api/write.ts";
import { millis } from "../core/time.ts";
import { go } from "../route.ts";
import type { Chair } from "../wire/types.ts";
import { DEVICE_KINDS, SETUP_PARTS, SETUP, heardWords, kindName, number } from "../words.ts";
import { useScreen } from "./context.ts";
import { Choice, Field, Form, Refused } from "./form.tsx";
import { Panel } from "./panel.tsx";
import { byLabel } from "./setup-chairs.tsx";
import type { Gateway } from "./setup-gateways.tsx";
import { ChangeCell, Heads, HEARD_EVERY_MS, Reason, Shows, Wide, bodyOf, useFewRead, useRead, useReason, useSetupWriting } from "./setup-read.tsx";

export interface Device {
  readonly id: string;
  readonly code: string;
  readonly label: string;
  readonly kind: string;
  readonly gateway_id: string;
  readonly chair_id: string | null;
  readonly interval_s: number;
  readonly last_heard_at: string | null;
  readonly has_readings: boolean;
}

/** Seconds between readings of the kinds that measure now and then. */
const CALM: Record<string, number> = { cuff: 300, thermometer: 900 };

function Heard({ at }: { at: string | null }) {
  const { now } = useScreen();
  return <>{at === null ? SETUP.never : heardWords(millis(at), now.value)}</>;
}

interface RowParts {
  readonly device: Device;
  readonly chairs: readonly Chair[];
  readonly gateway: string;
  readonly moved: (words: string) => void;
  readonly change: () => void;
}

function DeviceRow({ device, chairs, gateway, moved, change }: RowParts) {
  const writing = useSetupWriting();
  const mayMove = useReason("move");
  const mayChange = useReason("admin");
  const refusal = writing.refusal.value;
  async function move(select: HTMLSelectElement): Promise<void> {
    const chair_id = select.value || null;
    const answer = await writing.run<Device>({ method: "PATCH", path: `devices/${device.id}`, body: { chair_id } });
    // Nothing is shown as moved before the server has said so.
    select.value = answer === null ? (device.chair_id ?? "") : select.value;
    if (answer !== null) moved(SETUP.moved(device.label, chairs.find((chair) => chair.id === answer.body.chair_id)?.label ?? null));
  }
  return (
    <tr data-test="device-row" data-code={device.code}>
      <th scope="row">
        {device.label} <small class="code">{device.code}</small>
      </th>
      <td>
        <select
          aria-label={SETUP.deviceChairOf(device.label)}
          value={device.chair_id ?? ""}
          disabled={mayMove !== null || writing.busy.value}
          title={mayMove ?? undefined}
          data-test="move-device"
          onChange={(event) => void move(event.currentTarget)}
        >
          <option value="">{SETUP.putAway}</option>
          {chairs.map((chair) => (
            <option key={chair.id} value={chair.id}>
              {chair.label}
            </option>
          ))}
        </select>
        {refusal === null ? null : <Refused refusal={refusal} />}
      </td>
      <td data-test="heard">
        <Heard at={device.last_heard_at} />
      </td>
      <td>{kindName(device.kind)}</td>
      <td>{gateway}</td>
      <td class="num">{number(device.interval_s)} s</td>
      <ChangeCell of={device.label} test="change-device" reason={mayChange} open={change} />
    </tr>
  );
}

interface FormParts {
  readonly device: Device | null;
  readonly chairs: readonly Chair[];
  readonly gateways: readonly Gateway[];
  readonly close: () => void;
  readonly again: () => void;
}

function DeviceForm({ device, chairs, gateways, close, again }: FormParts) {
  const writing = useSetupWriting();
  const [kind, setKind] = useState(device?.kind ?? "monitor");
  const [interval, setInterval] = useState(device === null ? "" : String(device.interval_s));
  const title = device === null ? SETUP.addDevice : SETUP.changeOf(device.label);
  const kinds = Object.keys(DEVICE_KINDS).includes(kind) ? Object.keys(DEVICE_KINDS) : [...Object.keys(DEVICE_KINDS), kind];
  const usual = CALM[kind] ?? 1;
  function change(fields: FormData): Change {
    const text = (name: string): string => String(fields.get(name) ?? "").trim();
    const body = { code: text("code"), label: text("label"), kind, gateway_id: text("gateway_id"), interval_s: interval.trim() === "" ? usual : Number(interval) };
    return device === null ? { path: "devices", body: { ...body, chair_id: text("chair_id") || null } } : { method: "PATCH", path: `devices/${device.id}`, body };
  }
  return (
    <Panel title={title} close={close} test="device-panel">
      <Form
        label={title}
        writing={writing}
        change={change}
        cancel={close}
        done={() => {
          again();
          close();
        }}
      >
        <Field label={SETUP.deviceLabel} name="label" defaultValue={device?.label ?? ""} />
        <Field label={SETUP.deviceCode} name="code" defaultValue={device?.code ?? ""} hint={SETUP.deviceCodeHint} />
        <Choice label={SETUP.deviceKind} name="kind" value={kind} options={kinds.map((value) => ({ value, label: kindName(value) }))} onChange={(event) => setKind(event.currentTarget.value)} />
        <Choice
          label={SETUP.deviceGateway}
          name="gateway_id"
          defaultValue={device?.gateway_id ?? gateways[0]?.id ?? ""}
          options={gateways.map(({ id, label }) => ({ value: id, label }))}
        />
        {device === null ? <Choice label={SETUP.deviceChair} name="chair_id" options={[{ value: "", label: SETUP.putAway }, ...chairs.map(({ id, label }) => ({ value: id, label }))]} /> : null}
        <Field
          label={SETUP.interval}
          name="interval_s"
          inputMode="decimal"
          value={interval === "" ? String(usual) : interval}
          hint={SETUP.intervalHint}
          onInput={(event) => setInterval(event.currentTarget.value)}
        />
      </Form>
    </Panel>
  );
}

export function DevicesPart() {
  const devices = useRead<readonly Device[]>("devices", HEARD_EVERY_MS);
  const chairs = byLabel(bodyOf(useRead<readonly Chair[]>("chairs")) ?? []);
  const gateways = bodyOf(useFewRead<readonly Gateway[]>("gateways")) ?? [];
  const reason = useReason("admin");
  const [open, setOpen] = useState<Device | "add" | null>(null);
  const [told, setTold] = useState("");
  const noGateway = reason === null && gateways.length === 0;
  return (
    <>
      <Reason reason={reason} />
      <p>
        <button type="button" class="btn fill" disabled={reason !== null || noGateway} title={reason ?? undefined} data-test="add-device" onClick={() => setOpen("add")}>
          {SETUP.addDevice}
        </button>
      </p>
      {noGateway ? (
        <p class="none">
          {SETUP.noGatewaysFirst}{" "}
          <a href="setup/gateways" onClick={(event) => go(event, "setup/gateways")}>
            {SETUP_PARTS.gateways}
          </a>
        </p>
      ) : null}
      <p role="status" class="told-now" data-test="told">
        {told}
      </p>
      <Shows reading={devices}>
        {(all) =>
          all.length === 0 ? (
            <p class="none">{SETUP.noDevices}</p>
          ) : (
            <DeviceTable>
              {byLabel(all).map((device) => (
                <DeviceRow
                  key={device.id}
                  device={device}
                  chairs={chairs}
                  gateway={gateways.find((gateway) => gateway.id === device.gateway_id)?.label ?? SETUP.none}
                  change={() => setOpen(device)}
                  moved={(words) => {
                    setTold(words);
                    devices.again();
                  }}
                />
              ))}
            </DeviceTable>
          )
        }
      </Shows>
      {open === null ? null : <DeviceForm key={open === "add" ? "" : open.id} device={open === "add" ? null : open} chairs={chairs} gateways={gateways} close={() => setOpen(null)} again={devices.again} />}
    </>
  );
}

function DeviceTable({ children }: { children: preact.ComponentChildren }) {
  const heads = [SETUP.device, SETUP.deviceChair, SETUP.lastHeard, SETUP.deviceKind, SETUP.deviceGateway, SETUP.every];
  return (
    <Wide label={SETUP.devices}>
      <table class="table" data-test="devices">
        <Heads names={heads} acts />
        <tbody>{children}</tbody>
      </table>
    </Wide>
  );
}
