import type { Reconciliation } from "../../../settlement/ports.ts";
import type { Resource } from "../api/resource.ts";
import { shell } from "../i18n/shell.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Icon } from "../ui/icon.tsx";
import { formatCount } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { Findings, isListed, wrongIn } from "./findings.tsx";
import { hrefOf, type Place } from "./place.ts";
import { settlementsText } from "./text.ts";

type Counts = Reconciliation["counts"];

/** The day's rows against our orders, both ways: how many of each kind, and each that does not match. */
export const ReconciliationPanel = ({
  place,
  date,
  report,
}: {
  place: Place;
  date: string;
  report: Resource<Reconciliation>;
}) => {
  const words = settlementsText.value;
  return (
    <Panel title={words.reconciliation} aside={report.data && <Verdict report={report.data} />}>
      {report.trouble && <TroubleAlert trouble={report.trouble} onRetry={report.reload} />}
      {!report.data && report.loading && (
        <p class="quiet" role="status">
          {shell.value.loading}…
        </p>
      )}
      {report.data && !report.trouble && (
        <div class="reconciliation">
          <Tiles place={place} date={date} counts={report.data.counts} />
          <Findings place={{ ...place, date }} report={report.data} />
        </div>
      )}
    </Panel>
  );
};

const Verdict = ({ report: { clean, counts } }: { report: Reconciliation }) => {
  const words = settlementsText.value;
  if (!clean) {
    return (
      <span class="verdict bad">
        <Icon name="warn" /> {words.unclean(wrongIn(counts))}
      </span>
    );
  }
  return (
    <span class={counts.matched > 0 ? "verdict good" : "verdict"}>
      {counts.matched > 0 && <Icon name="check" />} {counts.matched > 0 ? words.clean : words.nothing}
    </span>
  );
};

/** A count of what has findings leads to them. */
const Tiles = ({ place, date, counts }: { place: Place; date: string; counts: Counts }) => {
  const words = settlementsText.value;
  return (
    <ul class="tiles">
      {(Object.keys(counts) as (keyof Counts)[]).map((status) => {
        const tile = (
          <>
            <span class="tile-count">{formatCount(counts[status])}</span>
            <span class="tile-name">{words.matchStatus[status]}</span>
            <span class="tile-note">{words.meaning[status]}</span>
          </>
        );
        const on = place.status === status;
        return (
          <li key={status} class="tile" data-match={status} data-some={counts[status] > 0}>
            {!isListed(status) || counts[status] === 0 ? (
              <div class="tile-body">{tile}</div>
            ) : (
              <a
                class="tile-body"
                href={hrefOf({ span: place.span, date, ...(!on && { status }) })}
                aria-current={on ? "true" : undefined}
              >
                {tile}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
};
