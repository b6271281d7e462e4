import type { Reconciliation, SettlementDay as Settled } from "../../../settlement/ports.ts";
import { useResource } from "../api/resource.ts";
import { shell } from "../i18n/shell.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Accounting } from "./accounting.tsx";
import { Departments } from "./departments.tsx";
import type { Place } from "./place.ts";
import { ReconciliationPanel } from "./reconciliation.tsx";
import { Run } from "./run.tsx";

/** One day of payouts: how it was read, what the departments make of it, and what does not match. */
export const SettlementDay = ({ place, date }: { place: Place; date: string }) => {
  const path = `/settlements/${encodeURIComponent(date)}`;
  const day = useResource<Settled>(path);
  const report = useResource<Reconciliation>(`${path}/reconciliation`);
  if (day.trouble) {
    // A day that is none stays none.
    const again = day.trouble.kind === "away" || day.trouble.problem.status >= 500;
    return <TroubleAlert trouble={day.trouble} {...(again && { onRetry: day.reload })} />;
  }
  if (!day.data) {
    return (
      <p class="empty" role="status">
        {shell.value.loading}…
      </p>
    );
  }
  return (
    <>
      <Run date={date} run={day.data.run} />
      {(day.data.run ?? day.data.accounting.length > 0) && (
        <div class="settlement-columns">
          <Departments day={day.data} report={report.data} />
          <Accounting accounting={day.data.accounting} />
        </div>
      )}
      <ReconciliationPanel place={place} date={date} report={report} />
    </>
  );
};
