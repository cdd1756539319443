/** Setting the clinic up: a list of parts beside the part that is open; without one, the first steps. */

import { go } from "../route.ts";
import { SETUP_PARTS, SETUP_TOLD, SETUP, type Part } from "../words.ts";
import { useShown } from "./context.ts";
import { AuditPart } from "./setup-audit.tsx";
import { ChairsPart } from "./setup-chairs.tsx";
import { DevicesPart } from "./setup-devices.tsx";
import { EscalationPart } from "./setup-escalation.tsx";
import { GatewaysPart } from "./setup-gateways.tsx";
import { PeoplePart } from "./setup-people.tsx";
import { ProtocolsPart } from "./setup-protocols.tsx";
import { ScreenPart } from "./setup-screen.tsx";
import { SetupStart } from "./setup-start.tsx";
import { StationsPart } from "./setup-stations.tsx";

const VIEWS: Record<Part, () => preact.JSX.Element> = {
  chairs: ChairsPart,
  devices: DevicesPart,
  gateways: GatewaysPart,
  protocols: ProtocolsPart,
  people: PeoplePart,
  escalation: EscalationPart,
  stations: StationsPart,
  audit: AuditPart,
  screen: ScreenPart,
};

const SEEN_BY_FEW: ReadonlySet<Part> = new Set<Part>(["gateways", "people", "escalation", "audit"]);
const isPart = (part: string): part is Part => part in SETUP_PARTS;

/** The parts a person may read, in their order. */
function partsFor(roles: readonly string[]): readonly Part[] {
  const all = Object.keys(SETUP_PARTS).filter(isPart);
  return roles.some((role) => role === "admin" || role === "auditor") ? all : all.filter((part) => !SEEN_BY_FEW.has(part));
}

function PartLink({ part, here }: { part: Part | ""; here: boolean }) {
  const path = part === "" ? "setup" : `setup/${part}`;
  return (
    <a href={path} aria-current={here ? "page" : undefined} data-test={`part-${part === "" ? "start" : part}`} onClick={(event) => go(event, path)}>
      {part === "" ? SETUP.overview : SETUP_PARTS[part]}
    </a>
  );
}

export function SetupPage({ part }: { part: string }) {
  const { account } = useShown();
  const login = account.login.value;
  const parts = partsFor(login.kind === "user" ? login.user.roles : []);
  const Shown = isPart(part) ? VIEWS[part] : null;
  return (
    <main class="sheet setup" data-test="setup-page" data-part={part}>
      <h1>{isPart(part) ? SETUP_PARTS[part] : SETUP.title}</h1>
      <div class="setup-body">
        <nav class="setup-nav" aria-label={SETUP.parts}>
          <PartLink part="" here={part === ""} />
          {parts.map((name) => (
            <PartLink key={name} part={name} here={part === name} />
          ))}
        </nav>
        <div class="setup-part" key={part}>
          {isPart(part) ? <p class="part-told">{SETUP_TOLD[part]}</p> : null}
          {Shown === null ? part === "" ? <SetupStart parts={parts} /> : <p>{SETUP.unknownPart}</p> : <Shown />}
        </div>
      </div>
    </main>
  );
}
