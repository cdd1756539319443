/** What only the print of a session has: the clinic and the patient above, a line for the signature below. */

import { begunOf } from "../../core/record.ts";
import type { SessionDetail } from "../../wire/detail.ts";
import { R, W, allergyWords, dateTime, patientFacts } from "../../words.ts";
import { useShown } from "../context.ts";

export function PaperHead({ detail, nth }: { detail: SessionDetail; nth: { readonly n: number; readonly of: number } | null }) {
  const { screen, account } = useShown();
  const login = account.login.value;
  const begun = begunOf(detail);
  const { patient, chair, protocol } = detail;
  return (
    <header class="print-only paper-head" data-test="paper-head">
      <p>
        <b>{screen.clinic.value || W.product}</b> {R.record}
      </p>
      <h1>{patient?.name ?? R.noPatient}</h1>
      <p>{[patient === null ? "" : patientFacts(patient, begun ?? screen.now.value, nth), patient?.birth_date ?? "", allergyWords(detail) ?? ""].filter(Boolean).join(" · ")}</p>
      <p>{[chair?.label ?? "", protocol.name ?? `${protocol.code.replaceAll("_", " ")} ${protocol.version}`, begun === null ? "" : dateTime(begun), detail.id].filter(Boolean).join(" · ")}</p>
      <p data-test="printed">{R.printedBy("user" in login ? login.user.name : "", screen.now.value)}</p>
    </header>
  );
}

export function PaperFoot() {
  return (
    <footer class="print-only paper-foot">
      <span>{R.signature}</span>
    </footer>
  );
}
