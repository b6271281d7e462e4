import type { Finding, RunStatus } from "../../../settlement/ports.ts";
import { settlementsText } from "./text.ts";

const Tone = ({ tone, code, name }: { tone: string; code: string; name: string }) => (
  <span class="chip tone" data-tone={tone} title={code}>
    <span class="dot" aria-hidden="true" />
    {name}
  </span>
);

const runTones: Record<RunStatus | "none", string> = {
  complete: "good",
  running: "info",
  mismatch: "warn",
  none: "none",
};

/** How far the poller is with a day. */
export const RunStatusChip = ({ status }: { status: RunStatus | null }) => (
  <Tone
    tone={runTones[status ?? "none"]}
    code={status ?? ""}
    name={settlementsText.value.runStatus[status ?? "none"]}
  />
);

const findingTones: Record<Finding["status"], string> = {
  amountMismatch: "bad",
  missingHere: "bad",
  missingAtToss: "bad",
  notYetDue: "none",
  feeMismatch: "warn",
  payOutMismatch: "warn",
};

export const FindingChip = ({ status }: { status: Finding["status"] }) => (
  <Tone tone={findingTones[status]} code={status} name={settlementsText.value.matchStatus[status]} />
);
