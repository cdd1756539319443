/** The pages of the top bar; a screen that only shows has the wall alone. */

import { go, route, type Route } from "../route.ts";
import { PAGES } from "../words.ts";
import { useShown } from "./context.ts";
import { onlyShows } from "./may.ts";

type Name = keyof typeof PAGES;

/** The page of the bar an address belongs to; a session belongs to the wall. */
export function shownIn({ page }: Route): Name {
  if (page === "session") return "wall";
  return page === "record" || page === "compare" ? "history" : page;
}

function names(roles: readonly string[]): Name[] {
  return onlyShows(roles) ? ["wall"] : ["wall", "alerts", "history", "shift", "setup"];
}

export function Nav() {
  const { account } = useShown();
  const login = account.login.value;
  if (login.kind !== "user") return <span class="nav" />;
  const here = shownIn(route.value);
  return (
    <nav class="nav" data-test="nav">
      {names(login.user.roles).map((name) => {
        const path = name === "wall" ? "" : name;
        return (
          <a key={name} href={path === "" ? "./" : path} aria-current={here === name ? "page" : undefined} onClick={(event) => go(event, path)}>
            {PAGES[name]}
          </a>
        );
      })}
    </nav>
  );
}
