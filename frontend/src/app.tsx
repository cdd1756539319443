/** Which view is drawn: the login form or the page of the address; always under the bars. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Login } from "./api/account.ts";
import { PageOf, Seating } from "./pages.tsx";
import { route } from "./route.ts";
import { Announcer, Bars, Title } from "./views/bars.tsx";
import { HelpPicker } from "./views/call-help.tsx";
import { ShownContext, type Shown } from "./views/context.ts";
import { Find } from "./views/find.tsx";
import { Entrance } from "./views/first-run.tsx";
import { Guard } from "./views/guard.tsx";
import { Keys } from "./views/keys.tsx";
import { Locked, LoginForm } from "./views/login.tsx";
import { Room } from "./views/room.tsx";
import { SignDialog } from "./views/sign.tsx";
import { TopBar } from "./views/topbar.tsx";
import { Wall } from "./views/wall.tsx";
import { NamePicker } from "./views/who.tsx";
import { W } from "./words.ts";

/** Pages that say no more than the wall does, and are of use without a login. */
const OPEN_PAGES: ReadonlySet<string> = new Set(["wall", "shift"]);

/** Whose page it is. After a lock the same person finds it as it was, with what they typed; nobody else does. */
function usePerson(login: Login): number {
  const person = useRef({ id: "", turn: 0 });
  const { id, turn } = person.current;
  if ("user" in login && login.user.id !== id) person.current = { id: login.user.id, turn: id === "" ? turn : turn + 1 };
  return person.current.turn;
}

/** While nobody is logged in, or the login is locked, only the wall is in sight: charts are closed. */
function useClosed({ screen, account }: Shown): boolean {
  const { kind } = account.login.value;
  const away = screen.store.loaded.value && (kind === "none" || kind === "locked");
  const closed = away && !OPEN_PAGES.has(route.value.page);
  useLayoutEffect(() => {
    document.documentElement.classList.toggle("away", away);
    document.documentElement.classList.toggle("closed", closed);
  }, [away, closed]);
  useLayoutEffect(() => (away ? screen.store.withoutNames() : undefined), [away]);
  return closed;
}

function Page(shown: Shown) {
  const { screen, account, station } = shown;
  const login = account.login.value.kind;
  const person = usePerson(account.login.value);
  const closed = useClosed(shown);
  const room = station.here.value?.kind === "room";
  if (login === "none" && !screen.store.loaded.value) return <Entrance />;
  return (
    <>
      <Title />
      <Announcer />
      <Keys />
      {room && route.value.page === "wall" ? null : (
        <Guard what="">
          <TopBar />
        </Guard>
      )}
      <Bars />
      <Guard key={`${person} ${route.value.page}`} what="">
        {room && route.value.page === "wall" ? <Room /> : <PageOf where={route.value} />}
      </Guard>
      {closed ? <Wall /> : null}
      <Find />
      <NamePicker />
      <HelpPicker />
      <SignDialog />
      <Seating key={`seat ${person}`} />
      {login === "none" ? <LoginForm over={W.loginAgain} /> : null}
      {login === "locked" ? <Locked /> : null}
    </>
  );
}

export function App({ shown }: { shown: Shown }) {
  return (
    <ShownContext.Provider value={shown}>
      <Page {...shown} />
    </ShownContext.Provider>
  );
}
