/** Sessions of the past: found, read, printed and compared. */

import type { Route } from "../route.ts";
import { ComparePage } from "./history-compare.tsx";
import { RecordPage } from "./history-record.tsx";
import { SearchPage } from "./history-search.tsx";

export function HistoryPage({ where }: { where: Route }) {
  switch (where.page) {
    case "history":
      return <SearchPage query={where.query} text={where.text} />;
    case "compare":
      return <ComparePage query={where.query} />;
    case "record":
      return <RecordPage key={where.id} id={where.id} />;
    default:
      return null;
  }
}
