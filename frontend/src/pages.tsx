/** The page of each address: the wall is part of the first load, every other one comes in a file of its own. */

import { later } from "./later.tsx";
import type { Route } from "./route.ts";
import { seating } from "./views/actions/open.ts";
import { Wall } from "./views/wall.tsx";

const SessionView = later(() => import("./views/session.tsx").then((page) => page.SessionView));
const SeatPanel = later(() => import("./views/actions/seat.tsx").then((panel) => panel.SeatPanel));
const AlertsPage = later(() => import("./views/alerts-page.tsx").then((page) => page.AlertsPage));
const ShiftPage = later(() => import("./views/shift.tsx").then((page) => page.ShiftPage));
const HistoryPage = later(() => import("./views/history.tsx").then((page) => page.HistoryPage));
const SetupPage = later(() => import("./views/setup.tsx").then((page) => page.SetupPage));

/** All of them, the one that is likeliest needed first; so that a server that goes away takes no page along. */
export async function fetchPages(): Promise<void> {
  for (const page of [SessionView, SeatPanel, AlertsPage, ShiftPage, HistoryPage, SetupPage]) await page.fetch();
}

export function PageOf({ where }: { where: Route }) {
  switch (where.page) {
    case "wall":
      return <Wall />;
    case "session":
      return <SessionView id={where.id} />;
    case "alerts":
      return <AlertsPage query={where.query} />;
    case "shift":
      return <ShiftPage />;
    case "setup":
      return <SetupPage part={where.part} />;
    case "history":
    case "compare":
    case "record":
      return <HistoryPage where={where} />;
  }
}

/** The panel at a free chair, once somebody asks for it. */
export function Seating() {
  return seating.value === null ? null : <SeatPanel />;
}
