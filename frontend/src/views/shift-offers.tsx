/** Hand-over and cover: what is offered to and by the people here; it counts only when the receiver accepts, alert by alert. */

import { useState } from "preact/hooks";
import { coversOf, offersFrom, offersTo } from "../api/duty.ts";
import type { Change } from "../api/write.ts";
import type { Offer } from "../wire/types.ts";
import { S, acceptAlone, alertWords } from "../words.ts";
import { useShown } from "./context.ts";
import { Choice, Form, Refused, Text, useBlocked, useWriting } from "./form.tsx";
import { Glyph } from "./glyph.tsx";
import { useMay } from "./may.ts";
import { useMe, useOn } from "./me.ts";

export function OffersCard() {
  const { screen } = useShown();
  const me = useMe();
  const { act } = useMay();
  const said = screen.store.system.value?.offers ?? [];
  const toMe = offersTo(said, me.all);
  const fromMe = offersFrom(said, me.all);
  const covers = coversOf(said, me.all);
  const nothing = toMe.length + fromMe.length + covers.length === 0;
  const list = (title: string, offers: readonly Offer[], of: (offer: Offer) => preact.ComponentChildren) =>
    offers.length === 0 ? null : (
      <>
        <h3>{title}</h3>
        <ul class="rows">{offers.map(of)}</ul>
      </>
    );
  return (
    <section class="card" aria-labelledby="offers" data-test="offers">
      <h2 id="offers">{S.handOver}</h2>
      <p class="hint">{S.handOverHint}</p>
      {nothing ? <p class="none">{S.nothingOffered}</p> : null}
      {list(S.toMe, toMe, (offer) => (
        <ToMe key={offer.id} offer={offer} />
      ))}
      {list(S.fromMe, fromMe, (offer) => (
        <Line key={offer.id} offer={offer} end={{ test: "withdraw", words: S.withdraw, path: "withdraw", person: offer.from?.id ?? null }} />
      ))}
      {list(S.covers, covers, (offer) => (
        <Line key={offer.id} offer={offer} end={{ test: "end-cover", words: S.endCover, path: "end", person: offer.from !== null && me.all.has(offer.from.id) ? offer.from.id : offer.to.id }} />
      ))}
      {act && me.on ? <NewOffer /> : null}
    </section>
  );
}

function Heading({ offer }: { offer: Offer }) {
  const { station } = useShown();
  const note = station.duty.assignments.value?.offers.find(({ id }) => id === offer.id)?.note;
  return (
    <span>
      <b>
        {S.kindOf[offer.kind]}: {offer.from?.name ?? ""} → {offer.to.name}
      </b>
      <small>
        {offer.chairs.map(({ label }) => label).join(", ")}
        {note ? ` · ${note}` : ""}
      </small>
    </span>
  );
}

interface LineParts {
  readonly offer: Offer;
  readonly end: { readonly test: string; readonly words: string; readonly path: string; readonly person: string | null };
}

function Line({ offer, end }: LineParts) {
  const act = useAnswer();
  return (
    <li data-test="offer" data-offer={offer.id}>
      <div class="row">
        <Heading offer={offer} />
        <Answer act={act} test={end.test} words={end.words} change={{ path: `offers/${offer.id}/${end.path}`, body: {}, person: end.person }} />
      </div>
      {act.refused}
    </li>
  );
}

/** One answer at a time, and what was refused of it. */
function useAnswer() {
  const { station } = useShown();
  const writing = useWriting();
  const blocked = useBlocked();
  return {
    blocked,
    busy: writing.busy.value,
    refused: writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} />,
    async send(change: Change): Promise<void> {
      if ((await writing.run(change)) !== null) await station.duty.load();
    },
  };
}

function Answer({ act, test, words, change, why = null, fill = false }: { act: ReturnType<typeof useAnswer>; test: string; words: string; change: Change; why?: string | null; fill?: boolean }) {
  const blocked = act.blocked ?? why;
  return (
    <button type="button" class={`btn ${fill ? "fill" : "line"}`} disabled={blocked !== null || act.busy} title={blocked ?? undefined} data-test={test} onClick={() => void act.send(change)}>
      {why !== null && act.blocked === null ? why : words}
    </button>
  );
}

/** Who is not the one logged in takes it with their PIN: patients become theirs, and nobody else may say that. */
function useSigned(receiver: string): boolean {
  const { account, station } = useShown();
  const login = account.login.value;
  return station.here.value !== null && !(login.kind === "user" && login.user.id === receiver);
}

function ToMe({ offer }: { offer: Offer }) {
  const act = useAnswer();
  const signed = useSigned(offer.to.id);
  const accept = (body: object): Change => ({ path: `offers/${offer.id}/accept`, body, person: offer.to.id, signed });
  return (
    <li class="offer" data-test="offer-to-me" data-offer={offer.id}>
      <Heading offer={offer} />
      {offer.chairs.map((chair) => (
        <OfferedChair key={chair.chair_id} offer={offer} chair={chair} act={act} accept={accept} signed={signed} />
      ))}
      {signed && offer.chairs.length > 0 ? <p class="hint">{S.acceptSigned}</p> : null}
      <div class="form-end">
        {offer.chairs.length === 0 ? <Answer act={act} fill test="accept" words={S.acceptRest} change={accept({})} /> : null}
        <Answer act={act} test="decline" words={S.decline} change={{ path: `offers/${offer.id}/decline`, body: {}, person: offer.to.id }} />
      </div>
      {act.refused}
    </li>
  );
}

interface ChairParts {
  readonly offer: Offer;
  readonly chair: Offer["chairs"][number];
  readonly act: ReturnType<typeof useAnswer>;
  readonly accept: (body: object) => Change;
  readonly signed: boolean;
}

/** Its alerts are accepted one by one; where that is signed they are marked one by one, and one signature takes what is marked. */
function OfferedChair({ offer, chair, act, accept, signed }: ChairParts) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const alerts = offer.alerts.filter((alert) => alert.chair_id === chair.chair_id);
  const open = alerts.filter((alert) => alert.accepted_at === null).map(({ alert_id }) => alert_id);
  const taken = open.filter((id) => signed && marked.has(id));
  const whole = taken.length === open.length;
  const change = (id: string): void => setMarked(new Set(marked.has(id) ? [...marked].filter((one) => one !== id) : [...marked, id]));
  return (
    <div class="offered" data-test="offered-chair" data-chair={chair.label}>
      <ul>
        {alerts.map(({ alert_id: id, accepted_at }) => (
          <li key={id} class="row" data-test="offered-alert">
            <AlertSaid id={id} />
            {accepted_at !== null ? (
              <small>{S.accepted}</small>
            ) : signed ? (
              <button type="button" class="btn line" aria-pressed={marked.has(id)} disabled={act.blocked !== null || act.busy} data-test="mark-alert" onClick={() => change(id)}>
                {marked.has(id) ? S.marked : S.acceptAlert}
              </button>
            ) : (
              <Answer act={act} test="accept-alert" words={S.acceptAlert} change={accept({ alert_ids: [id] })} />
            )}
          </li>
        ))}
      </ul>
      <div class="row">
        <b>{chair.label}</b>
        {chair.accepted_at !== null ? (
          <small>{S.accepted}</small>
        ) : whole || taken.length === 0 ? (
          <Answer act={act} fill test="accept-chair" words={S.acceptChair} why={whole ? null : S.acceptChairBlocked} change={accept({ chair_ids: [chair.chair_id], ...(taken.length === 0 ? {} : { alert_ids: taken }) })} />
        ) : (
          <Answer act={act} fill test="accept-marked" words={acceptAlone(taken.length)} change={accept({ alert_ids: taken })} />
        )}
      </div>
    </div>
  );
}

/** An alert of an offer, said as the wall says it. */
function AlertSaid({ id }: { id: string }) {
  const { store } = useShown().screen;
  const alert = store.alerts.value.find((one) => one.id === id);
  return alert === undefined ? (
    <span>{S.anAlert}</span>
  ) : (
    <span class="said">
      <Glyph alert={alert} /> {alertWords(alert)}
    </span>
  );
}

function NewOffer() {
  const { station } = useShown();
  const writing = useWriting();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [none, setNone] = useState(false);
  const to = useOn().filter(({ id }) => id !== me.id);
  const mine = (station.duty.assignments.value?.chairs ?? []).filter((chair) => chair.nurse?.id === me.id && chair.covered_by === null);
  if (mine.length === 0 || to.length === 0) return null;
  if (!open)
    return (
      <button type="button" class="btn line" data-test="new-offer" onClick={() => setOpen(true)}>
        {S.offerNew}
      </button>
    );
  function change(fields: FormData): Change | null {
    const chairs = fields.getAll("chair_ids").map(String);
    setNone(chairs.length === 0);
    const note = String(fields.get("note") ?? "").trim();
    return chairs.length === 0 ? null : { path: "offers", body: { kind: fields.get("kind"), to: fields.get("to"), chair_ids: chairs, ...(note === "" ? {} : { note }) } };
  }
  return (
    <Form
      label={S.offerNew}
      writing={writing}
      submit={S.offer}
      cancel={() => setOpen(false)}
      change={change}
      done={async () => {
        setOpen(false);
        await station.duty.load();
      }}
    >
      <Choice label={S.offerKind} name="kind" options={(["hand_over", "cover"] as const).map((value) => ({ value, label: S.offerKinds[value] }))} />
      <Choice label={S.offerTo} name="to" options={to.map(({ id, name }) => ({ value: id, label: name }))} />
      <fieldset data-field="chair_ids">
        <legend>{S.offerChairs}</legend>
        {mine.map((chair) => (
          <label key={chair.chair_id} class="tick">
            <input type="checkbox" name="chair_ids" value={chair.chair_id} defaultChecked /> {chair.label}
          </label>
        ))}
        {none ? (
          <small class="refusal" role="alert">
            {S.offerAll}
          </small>
        ) : null}
      </fieldset>
      <Text label={S.offerNote} name="note" maxLength={500} />
    </Form>
  );
}
