/** Protocols: the packs of the clinic, one of their versions laid out to be read, and the way to a new one. */

import { useState } from "preact/hooks";
import { millis } from "../core/time.ts";
import { PROTOCOL_VIEWS, SETUP, momentWords, type ProtocolView } from "../words.ts";
import { ProtocolEditor } from "./setup-protocol-edit.tsx";
import { ChangesTable, ProtocolTables, type ChangeRow, type Protocol } from "./setup-protocol-tables.tsx";
import { LeftOut, Reason, Shows, bodyOf, useRead, useReason } from "./setup-read.tsx";

interface Listed {
  readonly code: string;
  readonly title: string;
  readonly version: number;
  readonly planned_min: number;
}

interface Version {
  readonly version: number;
  readonly created_at: string;
  readonly by_name: string | null;
}

export function ProtocolsPart() {
  const list = useRead<readonly Listed[]>("protocols");
  const [open, setOpen] = useState<Listed | null>(null);
  if (open !== null) {
    const close = (): void => {
      setOpen(null);
      list.again();
    };
    return <OneProtocol listed={open} close={close} />;
  }
  return (
    <Shows reading={list}>
      {(all) => (
        <ul class="part-list" data-test="protocols">
          {all.map((protocol) => (
            <li key={protocol.code} data-test="protocol-row" data-code={protocol.code}>
              <span>
                <b>{protocol.title}</b>{" "}
                <small>
                  {SETUP.version} {protocol.version} <span class="code">{protocol.code}</span>
                </small>
              </span>
              <button type="button" class="btn" aria-label={SETUP.showOf(protocol.title)} data-test="show-protocol" onClick={() => setOpen(protocol)}>
                {SETUP.show}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Shows>
  );
}

function OneProtocol({ listed, close }: { listed: Listed; close: () => void }) {
  const path = `protocols/${encodeURIComponent(listed.code)}`;
  const [newest, setNewest] = useState(listed.version);
  const [wanted, setWanted] = useState(listed.version);
  const [editing, setEditing] = useState(false);
  const [told, setTold] = useState("");
  const versions = useRead<readonly Version[]>(`${path}/versions`);
  const protocol = useRead<Protocol>(`${path}/versions/${wanted}`);
  const reason = useReason("clinician");
  const known = bodyOf(versions) ?? [];
  const about = known.find(({ version }) => version === wanted);
  const numbers = [...new Set([newest, ...known.map(({ version }) => version)])];
  return (
    <div class="stack" data-test="protocol" data-version={wanted}>
      <p>
        <button type="button" class="btn" data-test="all-protocols" onClick={close}>
          {SETUP.backToList}
        </button>
      </p>
      <h2 class="large">{listed.title}</h2>
      <div class="form-end">
        <label class="inline">
          {SETUP.version}{" "}
          <select value={String(wanted)} disabled={editing} data-test="version" onChange={(event) => setWanted(Number(event.currentTarget.value))}>
            {numbers.map((version) => (
              <option key={version} value={String(version)}>
                {version === newest ? `${version}, ${SETUP.newest}` : version}
              </option>
            ))}
          </select>
        </label>
        {editing ? null : (
          <button type="button" class="btn fill" disabled={reason !== null} title={reason ?? undefined} data-test="new-version" onClick={() => setEditing(true)}>
            {SETUP.newVersion}
          </button>
        )}
        {about === undefined ? null : (
          <span class="none">
            {SETUP.savedAt} {momentWords(millis(about.created_at))}, {about.by_name ?? SETUP.shipped}
          </span>
        )}
      </div>
      <LeftOut reading={versions} words={SETUP.versionsLeftOut} />
      <Reason reason={reason} />
      <p role="status" class="told-now" data-test="told">
        {told}
      </p>
      <Shows reading={protocol}>
        {(found) =>
          editing ? (
            <ProtocolEditor
              protocol={found}
              newest={newest}
              cancel={() => setEditing(false)}
              saved={(version) => {
                setTold(SETUP.saved(version));
                setNewest(version);
                setWanted(version);
                setEditing(false);
                versions.again();
              }}
            />
          ) : (
            <Views protocol={found} path={path} />
          )
        }
      </Shows>
    </div>
  );
}

const VIEWS = Object.keys(PROTOCOL_VIEWS) as ProtocolView[];

function Views({ protocol, path }: { protocol: Protocol; path: string }) {
  const [view, setView] = useState<ProtocolView>("limits");
  return (
    <>
      <div class="chips" role="group" aria-label={SETUP.readAs}>
        {VIEWS.map((name) => (
          <button key={name} type="button" class="btn" aria-pressed={view === name} data-test={`view-${name}`} onClick={() => setView(name)}>
            {PROTOCOL_VIEWS[name]}
          </button>
        ))}
      </div>
      {view === "changes" ? protocol.version === 1 ? <p class="none">{SETUP.firstVersion}</p> : <Changed path={`${path}/versions/${protocol.version}/changes`} /> : <ProtocolTables protocol={protocol} view={view} />}
    </>
  );
}

function Changed({ path }: { path: string }) {
  const changes = useRead<readonly ChangeRow[] | { readonly changes: readonly ChangeRow[] }>(path);
  return <Shows reading={changes}>{(found) => <ChangesTable changes={"changes" in found ? found.changes : found} />}</Shows>;
}
