/** Which view is drawn: the login form, the wall, or one session; always under the bars. */

import { route } from "./route.ts";
import { Announcer, Bars, Title } from "./views/bars.tsx";
import { ShownContext, type Shown } from "./views/context.ts";
import { Keys } from "./views/keys.tsx";
import { LoginForm } from "./views/login.tsx";
import { SessionView } from "./views/session.tsx";
import { TopBar } from "./views/topbar.tsx";
import { Wall } from "./views/wall.tsx";
import { W } from "./words.ts";

function Page({ screen, account }: Shown) {
  const login = account.login.value.kind;
  if (login === "none" && !screen.store.loaded.value) return <LoginForm over={null} />;
  const where = route.value;
  return (
    <>
      <Title />
      <Announcer />
      <Keys />
      <TopBar />
      <Bars />
      {where.page === "session" ? <SessionView id={where.id} /> : <Wall />}
      {login === "none" ? <LoginForm over={W.loginAgain} /> : null}
      {login === "locked" ? <LoginForm over={W.loginLocked} /> : null}
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
