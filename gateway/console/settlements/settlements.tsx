import { useLocation } from "preact-iso";
import type { SettlementDays } from "../../schemas/settlement.ts";
import { useResource } from "../api/resource.ts";
import { todayInSeoul } from "../days.ts";
import { shell } from "../i18n/shell.ts";
import { Alert, TroubleAlert } from "../ui/alert.tsx";
import { now } from "../ui/now.ts";
import { Page } from "../ui/page.tsx";
import { SettlementDay } from "./day.tsx";
import { DayPicker } from "./day-picker.tsx";
import { Payouts } from "./payouts.tsx";
import { rangeOf, readPlace } from "./place.ts";
import { settlementsText } from "./text.ts";

/** What Toss pays out: over days, and on one of them. */
export const Settlements = () => {
  const { query } = useLocation();
  const place = readPlace(query);
  const today = todayInSeoul(now.value);
  const { from, to } = rangeOf(place, today);
  const days = useResource<SettlementDays>(`/settlements?from=${from}&to=${to}`);
  const date = place.date ?? (days.data && latestOf(days.data, today));
  const title = shell.value.settlements;

  if (days.trouble?.kind === "problem" && days.trouble.problem.code === "SETTLEMENT_NOT_SERVED") {
    return (
      <Page title={title}>
        <Alert tone="info" title={<NotServed />}>
          <p lang="en">{days.trouble.problem.detail}</p>
        </Alert>
      </Page>
    );
  }
  return (
    <Page title={title} aside={date && <DayPicker place={place} date={date} today={today} />}>
      {days.trouble && <TroubleAlert trouble={days.trouble} onRetry={days.reload} />}
      {days.data && date && <Payouts days={days.data.days} place={place} date={date} busy={days.loading} />}
      {!date && days.loading && (
        <p class="empty" role="status">
          {shell.value.loading}…
        </p>
      )}
      {date && <SettlementDay key={date} place={place} date={date} />}
    </Page>
  );
};

const NotServed = () => (
  <>
    {settlementsText.value.notServed} <code>SETTLEMENT_NOT_SERVED</code>
  </>
);

/** The newest day that has something to show. */
const latestOf = ({ days }: SettlementDays, today: string): string =>
  days.findLast((day) => day.status !== null)?.date ?? today;
