/** A session's alerts with how long each waited for an answer: for the record and the print. */

import type { RecordAlert } from "../../wire/detail.ts";
import { R, alertWords, clock, marks, priorityWord, responseWords } from "../../words.ts";
import { Glyph } from "../glyph.tsx";

export function AlertsTable({ alerts }: { alerts: readonly RecordAlert[] }) {
  return (
    <section class="card" aria-labelledby="alerts-title" data-test="alerts-table">
      <h2 id="alerts-title">{R.alertsHead}</h2>
      {alerts.length === 0 ? (
        <p class="none">{R.noAlerts}</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              {[R.began, R.alert, R.response, R.ended].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {alerts.map((alert) => (
              <tr key={alert.id} data-test="alert-line">
                <td>{clock(alert.opened_at)}</td>
                <td class="alert-cell">
                  <Glyph alert={alert} />
                  <span>
                    {marks(alert)} {alertWords(alert)} <small>({priorityWord(alert.priority)})</small>
                  </span>
                </td>
                <td>{responseWords(alert)}</td>
                <td>{clock(alert.ended_at ?? alert.closed_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
