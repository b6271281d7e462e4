import { liveness } from "../api/live.ts";
import { useOrderChart } from "../chart/use-chart.ts";
import { shell } from "../i18n/shell.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Page } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { Attention } from "./attention.tsx";
import { FleetChart } from "./fleet-chart.tsx";
import { Strip } from "./strip.tsx";
import { useFleet } from "./use-fleet.ts";

/** All orders at once, live. */
export const Fleet = () => {
  const fleet = useFleet().value;
  const placed = useOrderChart(); // asked for at once, not only when the first counts are there
  return (
    <Page
      title={shell.value.fleet}
      aside={
        fleet && (
          <span class="quiet">
            <Time at={fleet.at} />
          </span>
        )
      }
    >
      {liveness.value === "lost" && <TroubleAlert trouble={{ kind: "away" }} />}
      {!fleet && liveness.value !== "lost" && (
        <p class="empty" role="status">
          {shell.value.loading}…
        </p>
      )}
      {fleet && (
        <>
          <Strip fleet={fleet} />
          <FleetChart fleet={fleet} placed={placed} />
          <Attention stuck={fleet.stuck} />
        </>
      )}
    </Page>
  );
};
