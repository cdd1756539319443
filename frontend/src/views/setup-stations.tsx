/** Stations: the browsers the clinic has named, whether each can be seen and heard now, and what it may show. */

import { useState } from "preact/hooks";
import { millis } from "../core/time.ts";
import { go } from "../route.ts";
import type { Chair } from "../wire/types.ts";
import { AUDIO_WORDS, PAGES, PRIVACIES, SETUP, SETUP_PARTS, STATION_KINDS, calendarDay } from "../words.ts";
import { useShown } from "./context.ts";
import { Choice, Field, Form } from "./form.tsx";
import { Panel } from "./panel.tsx";
import { byLabel } from "./setup-chairs.tsx";
import { ChangeCell, bodyOf, Heads, LeftOut, Reason, Shows, useRead, useReason, useSetupWriting, Wide } from "./setup-read.tsx";

export interface StationRow {
  readonly id: string;
  readonly label: string;
  readonly kind: keyof typeof STATION_KINDS;
  readonly chair_id: string | null;
  readonly privacy: keyof typeof PRIVACIES;
  readonly enrolled_at: string;
  readonly retired_at: string | null;
  readonly connected: boolean;
  readonly visible: boolean;
  readonly audio: string | null;
}

const options = (words: Readonly<Record<string, string>>): readonly { readonly value: string; readonly label: string }[] => Object.entries(words).map(([value, label]) => ({ value, label }));

interface EditParts {
  readonly station: StationRow;
  readonly chairs: readonly Chair[];
  readonly close: () => void;
  readonly again: () => void;
}

function ChangeStation({ station, chairs, close, again }: EditParts) {
  const writing = useSetupWriting();
  const retiring = useSetupWriting();
  const [kind, setKind] = useState<string>(station.kind);
  const [sure, setSure] = useState(false);
  const path = `stations/${station.id}`;
  const done = (): void => {
    again();
    close();
  };
  const given = (fields: FormData, name: string): string => String(fields.get(name) ?? "").trim();
  return (
    <Panel title={SETUP.changeOf(station.label)} close={close} test="station-panel">
      <Form
        label={SETUP.changeOf(station.label)}
        writing={writing}
        cancel={close}
        done={done}
        change={(fields) => {
          const body = { label: given(fields, "label"), kind, privacy: given(fields, "privacy"), chair_id: kind === "room" ? given(fields, "chair_id") || null : null };
          return { method: "PATCH", path, body };
        }}
      >
        <Field label={SETUP.stationName} name="label" defaultValue={station.label} />
        <Choice label={SETUP.stationKind} name="kind" value={kind} options={options(STATION_KINDS)} onChange={(event) => setKind(event.currentTarget.value)} />
        {kind === "room" ? <Choice label={SETUP.chair} name="chair_id" defaultValue={station.chair_id ?? ""} options={[{ value: "", label: SETUP.none }, ...chairs.map(({ id, label }) => ({ value: id, label }))]} /> : null}
        <Choice label={SETUP.stationPrivacy} name="privacy" defaultValue={station.privacy} options={options(PRIVACIES)} />
      </Form>
      {sure ? (
        <Form label={SETUP.retireOf(station.label)} writing={retiring} change={() => ({ method: "PATCH", path, body: { retired: true } })} submit={SETUP.retireDo} cancel={() => setSure(false)} done={done}>
          <p>{SETUP.retireTold}</p>
        </Form>
      ) : (
        <p>
          <button type="button" class="btn" data-test="retire" onClick={() => setSure(true)}>
            {SETUP.retire}
          </button>
        </p>
      )}
    </Panel>
  );
}

function now(station: StationRow): string {
  if (station.retired_at !== null) return SETUP.retired;
  if (!station.connected) return SETUP.away;
  return station.visible ? SETUP.visible : SETUP.hidden;
}

export function StationsPart() {
  const { station } = useShown();
  const stations = useRead<readonly StationRow[]>("stations");
  const chairs = byLabel(bodyOf(useRead<readonly Chair[]>("chairs")) ?? []);
  const reason = useReason("care");
  const [open, setOpen] = useState<StationRow | null>(null);
  return (
    <>
      <Reason reason={reason} />
      <Shows reading={stations}>
        {(all) =>
          all.length === 0 ? (
            <p class="none">
              {SETUP.noStations}{" "}
              <a href="shift" onClick={(event) => go(event, "shift")}>
                {PAGES.shift}
              </a>
            </p>
          ) : (
            <StationTable stations={byLabel(all)} chairs={chairs} here={station.here.value?.id ?? null} reason={reason} open={setOpen} />
          )
        }
      </Shows>
      <LeftOut reading={stations} words={SETUP.stationsLeftOut} />
      {open === null ? null : <ChangeStation key={open.id} station={open} chairs={chairs} close={() => setOpen(null)} again={stations.again} />}
    </>
  );
}

interface TableParts {
  readonly stations: readonly StationRow[];
  readonly chairs: readonly Chair[];
  readonly here: string | null;
  readonly reason: string | null;
  readonly open: (station: StationRow) => void;
}

function StationTable({ stations, chairs, here, reason, open }: TableParts) {
  return (
    <Wide label={SETUP_PARTS.stations}>
      <table class="table" data-test="stations">
        <Heads names={[SETUP.station, SETUP.stationKind, SETUP.stationPrivacy, SETUP.showing, SETUP.sound, SETUP.created]} acts />
        <tbody>
          {stations.map((station) => (
            <tr key={station.id} data-test="station-row" data-label={station.label}>
              <th scope="row">
                {station.label} {station.id === here ? <small>{SETUP.here}</small> : null}
              </th>
              <td>{[STATION_KINDS[station.kind], chairs.find((chair) => chair.id === station.chair_id)?.label].filter(Boolean).join(", ")}</td>
              <td>{PRIVACIES[station.privacy]}</td>
              <td>{now(station)}</td>
              <td>{(station.audio === null ? undefined : AUDIO_WORDS[station.audio]) ?? SETUP.none}</td>
              <td>{calendarDay(millis(station.enrolled_at))}</td>
              <ChangeCell of={station.label} test="change-station" reason={reason} ended={station.retired_at !== null} open={() => open(station)} />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
