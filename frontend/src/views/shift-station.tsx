/** Naming this browser, so that several people may work at it; and what it is and shows. */

import { useState } from "preact/hooks";
import type { StationInfo } from "../wire/types.ts";
import { S } from "../words.ts";
import { useShown } from "./context.ts";
import { Choice, Field, Form, useBlocked } from "./form.tsx";
import { useMay } from "./may.ts";
import { useSetupWriting } from "./setup-read.tsx";

export function StationCard() {
  const { account, station } = useShown();
  const here = station.here.value;
  const login = account.login.value;
  const may = useMay().act || (login.kind === "user" && login.user.roles.includes("admin"));
  const [changing, setChanging] = useState(false);
  const open = may && (here === null || changing);
  return (
    <section class="card" aria-labelledby="station">
      <h2 id="station">{S.station}</h2>
      {here === null ? (
        <p class="hint">{may ? S.stationHint : S.notStation}</p>
      ) : (
        <div class="row" data-test="station-here">
          <span>
            <b>{here.label}</b>
            <small>
              {S.kindShort[here.kind]} · {S.privacies[here.privacy]}
            </small>
          </span>
          {may && !changing ? (
            <button type="button" class="btn line" data-test="change-station" onClick={() => setChanging(true)}>
              {S.changeStation}
            </button>
          ) : null}
        </div>
      )}
      {open ? <StationForm here={here} done={() => setChanging(false)} /> : null}
      {open && here !== null ? <Retire here={here} done={() => setChanging(false)} /> : null}
    </section>
  );
}

function StationForm({ here, done }: { here: StationInfo | null; done: () => void }) {
  const { screen, station } = useShown();
  const writing = useSetupWriting();
  const [kind, setKind] = useState<StationInfo["kind"]>(here?.kind ?? "station");
  const chairs = screen.store.order.value.map((id) => ({ value: id, label: screen.store.tile(id)?.value.chair.label ?? "" }));
  const options = <K extends string>(from: Record<K, string>) => (Object.keys(from) as K[]).map((value) => ({ value, label: from[value] }));
  return (
    <Form<StationInfo>
      label={S.nameStation}
      writing={writing}
      submit={here === null ? S.nameStation : S.changeStation}
      cancel={here === null ? undefined : done}
      change={(fields) => ({
        method: here === null ? "POST" : "PATCH",
        path: here === null ? "stations" : `stations/${here.id}`,
        body: { label: String(fields.get("label")).trim(), kind: fields.get("kind"), privacy: fields.get("privacy"), chair_id: kind === "room" ? fields.get("chair_id") || null : null },
      })}
      done={async () => {
        await station.refresh();
        screen.restart(); // what may be shown, and where it sounds, is decided when the connection opens
        done();
      }}
    >
      <Field label={S.label} name="label" maxLength={60} defaultValue={here?.label ?? ""} hint={S.labelHint} />
      <Choice label={S.kind} name="kind" value={kind} onChange={(event) => setKind(event.currentTarget.value as StationInfo["kind"])} options={options(S.kinds)} hint={kind === "room" ? S.roomHint : ""} />
      {kind === "room" ? <Choice label={S.chair} name="chair_id" defaultValue={here?.chair_id ?? ""} options={[{ value: "", label: S.chooseChair }, ...chairs]} /> : null}
      <Choice label={S.privacy} name="privacy" defaultValue={here?.privacy ?? "full"} options={options(S.privacies)} />
    </Form>
  );
}

function Retire({ here, done }: { here: StationInfo; done: () => void }) {
  const { screen, station } = useShown();
  const writing = useSetupWriting();
  const blocked = useBlocked();
  const [sure, setSure] = useState(false);
  async function retire(): Promise<void> {
    if (!sure) return setSure(true);
    if ((await writing.run({ method: "PATCH", path: `stations/${here.id}`, body: { retired: true } })) === null) return;
    await station.refresh();
    screen.restart();
    done();
  }
  return (
    <button type="button" class="btn line" data-test="retire-station" disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} onClick={() => void retire()}>
      {sure ? S.retireSure : S.retire}
    </button>
  );
}
