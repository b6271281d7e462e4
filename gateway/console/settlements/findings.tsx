import type { Finding, Reconciliation } from "../../../settlement/ports.ts";
import { paths } from "../route.ts";
import { formatCount, Money } from "../ui/money.tsx";
import { hrefOf, type Place } from "./place.ts";
import { FindingChip } from "./status-chip.tsx";
import { settlementsText } from "./text.ts";

/** What is as it should be is counted only. */
export const isListed = (status: keyof Reconciliation["counts"]): status is Finding["status"] =>
  status !== "matched" && status !== "notYetDue";

export const wrongIn = (counts: Reconciliation["counts"]): number =>
  (Object.keys(counts) as (keyof typeof counts)[])
    .filter(isListed)
    .reduce((sum, status) => sum + counts[status], 0);

/** What does not match, each with the way to its order. */
export const Findings = ({ place, report }: { place: Place; report: Reconciliation }) => {
  const words = settlementsText.value;
  const { findings, counts } = report;
  const shown = place.status ? findings.filter(({ status }) => status === place.status) : findings;
  const all = place.status ? (counts[place.status] ?? 0) : wrongIn(counts);
  if (all === 0 && !place.status) return null;
  return (
    <section class="findings" aria-label={words.findings}>
      <header class="findings-head">
        <h3>{words.findings}</h3>
        <span class="quiet">
          {shown.length < all && words.firstFindings(formatCount(shown.length), formatCount(all))}{" "}
          {place.status && (
            <a href={hrefOf({ span: place.span, ...(place.date && { date: place.date }) })}>
              {words.allFindings}
            </a>
          )}
        </span>
      </header>
      {shown.length === 0 && <p class="quiet">{words.noFindings}</p>}
      <ul>
        {shown.map((finding) => (
          <li key={`${finding.status} ${finding.paymentKey} ${finding.transactionKey ?? ""}`} class="finding">
            <OneFinding finding={finding} place={place} />
          </li>
        ))}
      </ul>
    </section>
  );
};

const OneFinding = ({ finding, place }: { finding: Finding; place: Place }) => {
  const words = settlementsText.value;
  const { status, orderId, transactionKey, tossAmount, ourAmount, paidOutDate, message } = finding;
  return (
    <>
      <span class="finding-status">
        <FindingChip status={status} />
      </span>
      <span class="finding-order">
        <a class="mono" href={paths.order(orderId)}>
          {orderId}
        </a>
        {transactionKey && (
          <span class="finding-key">
            {words.transaction} <code>{transactionKey}</code>
          </span>
        )}
      </span>
      <Amount name={words.toss} krw={tossAmount} />
      <Amount name={words.ours} krw={ourAmount} />
      <span class="finding-day">
        <span class="finding-name">{words.paidOut}</span>{" "}
        {paidOutDate === place.date ? (
          <span class="count">{paidOutDate}</span>
        ) : (
          <a class="count" href={hrefOf({ span: place.span, date: paidOutDate })}>
            {paidOutDate}
          </a>
        )}
      </span>
      <span class="finding-message" lang="en">
        {message}
      </span>
    </>
  );
};

const Amount = ({ name, krw }: { name: string; krw: number | null }) => (
  <span class="finding-amount">
    <span class="finding-name">{name}</span>{" "}
    {krw === null ? <span class="quiet">–</span> : <Money krw={krw} strong />}
  </span>
);
