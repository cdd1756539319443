/** Who is on, who acts here and who is on call: in the top bar, and chosen there. */

import type { Account } from "../api/account.ts";
import { offersTo } from "../api/duty.ts";
import { go } from "../route.ts";
import type { Staff } from "../wire/types.ts";
import { S, W, WHO, at, onCallWords, onCount } from "../words.ts";
import { useShown } from "./context.ts";
import { Menu } from "./menu.tsx";

/** A new page, so that no name of a patient stays on a screen nobody is logged in at. */
async function leave(account: Account): Promise<void> {
  if (await account.leave()) location.assign(document.baseURI);
}

export function LogOut() {
  const { account } = useShown();
  return (
    <button type="button" class="btn" data-test="logout" onClick={() => void leave(account)}>
      {W.logout}
    </button>
  );
}

/** Who what is recorded here stands for: a person on here, or who is logged in. */
function useActing(): string {
  const { account, station } = useShown();
  const login = account.login.value;
  const chosen = station.people.value.find(({ id }) => id === station.acting.value);
  return chosen?.name ?? (login.kind === "user" ? login.user.name : login.kind === "locked" ? W.lockedShort : W.product);
}

function Choosing({ close }: { close: () => void }) {
  const { account, station } = useShown();
  const login = account.login.value;
  const people = station.people.value;
  const me = "user" in login && !people.some(({ id }) => id === login.user.id) ? login.user : null;
  const choose = (id: string | null): void => {
    station.acting.value = id;
    close();
  };
  if (station.here.value === null || people.length === 0) return null;
  return (
    <div role="group" aria-label={WHO.acts} class="choose">
      <b>{WHO.acts}</b>
      {people.map(({ id, name }) => {
        const own = "user" in login && login.user.id === id;
        const acts = station.acting.value === id || (station.acting.value === null && own);
        return (
          <button key={id} type="button" class="btn" aria-pressed={acts} data-test="acting" onClick={() => choose(own ? null : id)}>
            {name}
          </button>
        );
      })}
      {me === null ? null : (
        <button type="button" class="btn" aria-pressed={station.acting.value === null} data-test="acting" onClick={() => choose(null)}>
          {me.name} <small>{WHO.loggedIn}</small>
        </button>
      )}
      <small class="hint">{WHO.actsHint}</small>
    </div>
  );
}

function OnNow({ on, here }: { on: readonly Staff[]; here: string | null }) {
  const { screen } = useShown();
  const stations = screen.store.system.value?.stations ?? [];
  const where = (id: string | null): string => {
    const label = stations.find((station) => station.id === id)?.label;
    return id === null || label === undefined ? "" : id === here ? "" : at(label);
  };
  return (
    <div>
      <b>{WHO.onNow}</b>
      {on.length === 0 ? <p class="none">{WHO.nobodyOn}</p> : null}
      <ul class="people" data-test="on-now">
        {on.map(({ id, name, station_id }) => (
          <li key={id}>
            {name} <small>{where(station_id)}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function WhoMenu() {
  const { screen, account, station } = useShown();
  const system = screen.store.system.value;
  const login = account.login.value;
  const acting = useActing();
  const on = system?.on ?? [];
  const onCall = system?.on_call ?? null;
  const waiting = offersTo(system?.offers ?? [], new Set([...station.people.value.map(({ id }) => id), ...("user" in login ? [login.user.id] : [])])).length;
  const small = waiting > 0 ? S.offersWaiting(waiting) : [onCount(on.length), onCall === null ? WHO.nobodyOnCall : onCallWords(onCall.name)].join(" · ");
  return (
    <Menu
      alert={waiting > 0}
      label={`${acting}, ${small}`}
      test="who"
      class="who-is-on"
      face={
        <>
          <b>{acting}</b>
          <small>{small}</small>
        </>
      }
    >
      {(close) => (
        <>
          <Choosing close={close} />
          <OnNow on={on} here={station.here.value?.id ?? null} />
          <div>
            <b>{WHO.onCall}</b>
            <p data-test="on-call">{onCall?.name ?? WHO.nobodyOnCall}</p>
          </div>
          {login.kind === "user" ? (
            <div class="form-end">
              <a
                class="btn"
                href="shift"
                onClick={(event) => {
                  go(event, "shift");
                  close();
                }}
              >
                {WHO.toShift}
              </a>
              <LogOut />
            </div>
          ) : null}
        </>
      )}
    </Menu>
  );
}
