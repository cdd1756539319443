/** Which view is drawn: the login form, the wall, or one session; always under the bars. */

import { route } from "./route.ts";
import { Announcer, Bars, Title } from "./views/bars.tsx";
import { ShownContext, type Shown } from "./views/context.ts";
import { LoginForm } from "./views/login.tsx";
import { SessionView } from "./views/session.tsx";
import { TopBar } from "./views/topbar.tsx";
import { Wall } from "./views/wall.tsx";

function Page({ screen, account }: Shown) {
  const loggedOut = account.login.value.kind === "none";
  const shown = screen.store.loaded.value;
  if (loggedOut && !shown) return <LoginForm over={false} />;
  const where = route.value;
  return (
    <>
      <Title />
      <Announcer />
      <TopBar />
      <Bars />
      {where.page === "session" ? <SessionView id={where.id} /> : <Wall />}
      {loggedOut ? <LoginForm over={true} /> : null}
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
