/** Which view is drawn: the login form or the page of the address; always under the bars. */

import { PageOf, Seating } from "./pages.tsx";
import { route } from "./route.ts";
import { Announcer, Bars, Title } from "./views/bars.tsx";
import { HelpPicker } from "./views/call-help.tsx";
import { ShownContext, type Shown } from "./views/context.ts";
import { Find } from "./views/find.tsx";
import { Entrance } from "./views/first-run.tsx";
import { Keys } from "./views/keys.tsx";
import { Locked, LoginForm } from "./views/login.tsx";
import { Room } from "./views/room.tsx";
import { SignDialog } from "./views/sign.tsx";
import { TopBar } from "./views/topbar.tsx";
import { NamePicker } from "./views/who.tsx";
import { W } from "./words.ts";

function Page({ screen, account, station }: Shown) {
  const login = account.login.value.kind;
  const room = station.here.value?.kind === "room";
  if (login === "none" && !screen.store.loaded.value) return <Entrance />;
  return (
    <>
      <Title />
      <Announcer />
      <Keys />
      {room && route.value.page === "wall" ? null : <TopBar />}
      <Bars />
      {room && route.value.page === "wall" ? <Room /> : <PageOf where={route.value} />}
      <Find />
      <NamePicker />
      <HelpPicker />
      <SignDialog />
      <Seating />
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
