/** Giving the dose: all that must be so first, in plain words, and what was given, recorded in one step. */

import { useState } from "preact/hooks";
import { bodyOf, numeric } from "../../core/body.ts";
import { hhmm, millis } from "../../core/time.ts";
import type { SessionDetail } from "../../wire/detail.ts";
import { ACT, ACTS, DOSE, DRUGS as DRUG_NAMES, F, ROUTES as ROUTE_NAMES, gateWords, limitName, exact } from "../../words.ts";
import { Choice, Field, Text } from "../form.tsx";
import { sessionPath, useActBlocked, useCase } from "./case.ts";
import { EventTask, useStanding, type Recorded } from "./event.tsx";
import { close, open } from "./open.ts";
import { Pick } from "./pick.tsx";
import { useRead } from "./read.ts";
import { Task, When, useMoment } from "./task.tsx";

const DRUGS = ["ketamine", "esketamine"];
const ROUTES = ["iv", "im", "nasal", "sublingual"] as const;

const routeOf = (protocol: string): string | undefined => ROUTES.find((route) => protocol.includes(route));
const drugOf = (protocol: string): string => DRUGS.find((drug) => drug === "esketamine" && protocol.includes(drug)) ?? "ketamine";

/** What is given, without any suggestion of how much. `at`: where these fields stand in the body. */
function DoseFields({ at }: { at: string }) {
  const { detail } = useCase();
  const standing = useStanding();
  const [amount, setAmount] = useState(standing("amount_mg") ?? "");
  const [weight, setWeight] = useState(standing("weight_kg") ?? String(detail.weight_kg ?? ""));
  const [mg, kg] = [numeric(amount), numeric(weight)];
  const perKg = typeof mg === "number" && typeof kg === "number" && kg > 0 ? DOSE.perKg(Math.round((mg / kg) * 100) / 100) : DOSE.perKgUnknown;
  const code = detail.protocol.code;
  return (
    <>
      <div class="form-row">
        <Field label={DOSE.amount} name={`${at}amount_mg`} inputMode="decimal" unit="mg" autocomplete="off" value={amount} hint={perKg} onInput={(event) => setAmount(event.currentTarget.value)} />
        <Field label={DOSE.weight} name={`${at}weight_kg`} inputMode="decimal" unit="kg" autocomplete="off" value={weight} onInput={(event) => setWeight(event.currentTarget.value)} />
      </div>
      <Pick label={ACT.drug} name={`${at}drug`} chosen={standing("drug") ?? drugOf(code)} options={DRUGS.map((drug) => ({ value: drug, label: DRUG_NAMES[drug] ?? drug }))} />
      <Pick label={ACT.route} name={`${at}route`} chosen={standing("route") ?? routeOf(code)} options={ROUTES.map((route) => ({ value: route, label: ROUTE_NAMES[route] ?? route }))} />
      <div class="form-row">
        <Field label={`${DOSE.lot} (${F.optional})`} name={`${at}lot`} autocomplete="off" defaultValue={standing("lot") ?? ""} />
        <Field label={`${DOSE.concentration} (${F.optional})`} name={`${at}concentration_mg_ml`} inputMode="decimal" unit="mg/ml" autocomplete="off" defaultValue={standing("concentration_mg_ml") ?? ""} />
      </div>
    </>
  );
}

const NUMBERS = ["amount_mg", "weight_kg", "concentration_mg_ml"];

const UNANSWERED = "screening_unknown";

/** What stands against the dose now, as the server sees it. */
function Gates({ gates }: { gates: NonNullable<SessionDetail["gates"]> }) {
  if (gates.length === 0) return <p class="hint" data-test="all-checked">{DOSE.ready}</p>;
  const unanswered = gates.filter(({ code }) => code === UNANSWERED);
  const many = unanswered.length > 2;
  return (
    <section class="open-gates" data-test="open-gates">
      <h3>{DOSE.open}</h3>
      <ul>
        {many ? <li data-gate={UNANSWERED}>{DOSE.unanswered(unanswered.length)}</li> : null}
        {gates.filter(({ code }) => !many || code !== UNANSWERED).map(({ code, detail }) => (
          <li key={code + detail} data-gate={code}>
            {gateWords(code, detail)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** To dosing: the gates first, the dose below, and a clinician's way past what they may decide. After a nasal device the next one is at hand. */
export function ClearToDose() {
  const { detail } = useCase();
  const moment = useMoment();
  const [override, setOverride] = useState(false);
  const standing = (detail.gates ?? []).filter(({ code }) => code !== "dose_missing");

  function body(fields: FormData): unknown {
    const numbers = [...NUMBERS.map((name) => `dose.${name}`), "limit_value", "target.low", "target.high"];
    const { limit, limit_value, target, ...given } = bodyOf(fields, numbers) as Record<string, unknown>;
    const range = (target ?? {}) as { readonly low?: unknown; readonly high?: unknown };
    return moment({
      to: "dosing",
      ...given,
      ...(override ? { override } : {}),
      ...(override && typeof limit === "string" && limit_value !== undefined ? { limits: { [limit]: { value: limit_value } } } : {}),
      ...(override && range.low !== undefined ? { target: { systolic: [range.low, range.high] } } : {}),
    });
  }

  return (
    <Task title={ACTS.clear} test="clear" path="transitions" submit={DOSE.give} body={body} signed={override} next={routeOf(detail.protocol.code) === "nasal" ? () => open(detail.id, "dose") : undefined} before={<Gates gates={standing} />}>
      <DoseFields at="dose." />
      <Override on={override} set={setOverride} />
      <When />
    </Task>
  );
}

function Override({ on, set }: { on: boolean; set: (on: boolean) => void }) {
  const { detail } = useCase();
  const blocked = useActBlocked(true);
  const limits = detail.limits.filter(({ when }) => when.includes("dosing")).map(({ code, value }) => ({ value: code, label: `${limitName(code)}: ${exact(value)}` }));
  return (
    <fieldset class="pick" data-test="override">
      <label class="tick">
        <input type="checkbox" checked={on} disabled={blocked !== null} data-test="tick-override" onChange={(event) => set(event.currentTarget.checked)} />
        <span>
          {DOSE.override}
          <small class="hint">{blocked ?? DOSE.overrideHint}</small>
        </span>
      </label>
      {on ? (
        <>
          <Text label={ACT.reason} name="reason" />
          <div class="form-row">
            <Choice label={DOSE.limit} name="limit" defaultValue="" options={[{ value: "", label: DOSE.limitNone }, ...limits]} />
            <Field label={DOSE.limitValue} name="limit_value" inputMode="decimal" />
          </div>
          <p class="hint">{DOSE.target}</p>
          <div class="form-row">
            <Field label={DOSE.lowest} name="target.low" inputMode="decimal" unit="mmHg" />
            <Field label={DOSE.highest} name="target.high" inputMode="decimal" unit="mmHg" />
          </div>
        </>
      ) : null}
    </fieldset>
  );
}

/** A further dose: each nasal device is one of its own, so after one the next is asked for, never sent by itself. */
export function Dose() {
  const { detail } = useCase();
  const { body } = useRead<readonly Recorded[]>(sessionPath(detail.id, "events"));
  const [asking, setAsking] = useState(true);
  const nasal = routeOf(detail.protocol.code) === "nasal";
  return (
    <EventTask<Recorded>
      kind="dose"
      title={ACTS.dose}
      submit={DOSE.extra}
      numbers={NUMBERS}
      done={() => {
        setAsking(!nasal);
        return nasal;
      }}
      before={
        <>
          <GivenDoses doses={(body ?? []).filter(({ kind, corrected_by }) => kind === "dose" && !corrected_by)} />
          {nasal ? <p class="hint">{DOSE.deviceHint}</p> : null}
          {asking ? null : (
            <div class="form-end">
              <button type="button" class="btn fill" data-test="another-dose" onClick={() => setAsking(true)}>
                {DOSE.another}
              </button>
              <button type="button" class="btn" data-test="done" onClick={close}>
                {ACT.done}
              </button>
            </div>
          )}
        </>
      }
      hidden={!asking}
    >
      <DoseFields at="" />
    </EventTask>
  );
}

/** All of the session, so that nobody gives again what stands there already. */
function GivenDoses({ doses }: { doses: readonly Recorded[] }) {
  if (doses.length === 0) return null;
  return (
    <section class="told" data-test="given">
      <h3>{DOSE.given}</h3>
      <ul>
        {doses.map((dose) => (
          <li key={dose.id}>{`${hhmm(millis(dose.at))} ${exact(Number(dose["amount_mg"]))} mg ${ROUTE_NAMES[String(dose["route"])] ?? ""}`}</li>
        ))}
      </ul>
    </section>
  );
}
