import { CircleCheck, Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import { ExactTime, RelativeTime } from "@/components/ui/relative-time";
import type { RotationUse } from "@/lib/contracts/key-callers";
import { quietTime, type RotationEvidence } from "./rotation-evidence";

/** The sentence that leads a rotation: whether the old key can go, or who still has to move. */
export function RotationSentence({ use, evidence }: { use: RotationUse; evidence: RotationEvidence }) {
  return (
    <>
      {evidence.isQuiet ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
      ) : (
        <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      )}
      <span>
        <Lead use={use} evidence={evidence} />
        {use.notSeenSince > 0 && <NotSeen callers={use.notSeenSince} />}
        {!evidence.isQuiet && evidence.silentSince && (
          <>
            {" "}
            A server process hasn’t reported since <ExactTime at={evidence.silentSince} />, so later requests
            may be missing.
          </>
        )}
      </span>
    </>
  );
}

function Lead({ use, evidence }: { use: RotationUse; evidence: RotationEvidence }): ReactNode {
  if (evidence.isQuiet)
    return `No request on the old key for ${quietTime(evidence.quietMinutes)}. It’s safe to finish.`;
  if (!evidence.lastAt)
    return "No request on the old key since the rotation. Wait until 30 minutes have passed to be sure.";
  const last = (
    <>
      Last request on the old key: <RelativeTime at={evidence.lastAt} />.
    </>
  );
  if (use.stillOnOldKey.length > 0 || use.othersOnOldKey)
    return (
      <>
        <strong className="font-medium">{callersLeft(use)} not moved yet.</strong> {last}
      </>
    );
  return (
    <>
      Every caller has moved to the new key. {last} Wait until 30 minutes have passed without one to be sure.
    </>
  );
}

function NotSeen({ callers }: { callers: number }) {
  return (
    <span className="text-muted">
      {" "}
      {callers === 1 ? "1 caller" : `${callers} callers`} of the week before the rotation{" "}
      {callers === 1 ? "hasn’t" : "haven’t"} used either key since.
    </span>
  );
}

function callersLeft({ stillOnOldKey: { length }, othersOnOldKey }: RotationUse): string {
  if (othersOnOldKey) return length === 0 ? "Some callers have" : `More than ${callers(length)} have`;
  return `${callers(length)} ${length === 1 ? "has" : "have"}`;
}

function callers(count: number): string {
  return count === 1 ? "1 caller" : `${count.toLocaleString("en-US")} callers`;
}
