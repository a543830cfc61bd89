import { PageHeader } from "@/components/ui/page-header";
import { type ErrorCode, errorCodes } from "@/lib/contracts/error-codes";
import { errorHelp } from "@/lib/contracts/error-help";

/** Every error code with its meaning and remedy. `doc_url` in error responses links to their anchors. */
export function ErrorReference() {
  return (
    <>
      <PageHeader title="Errors">
        Every error response has a code, a message, and a request id. Programs should check the code.
      </PageHeader>
      <dl className="grid gap-3">
        {(Object.keys(errorCodes) as ErrorCode[]).map((code) => (
          <div
            key={code}
            id={code}
            className="scroll-mt-6 rounded-surface border bg-surface px-5 py-4 target:border-accent"
          >
            <dt className="flex flex-wrap items-baseline gap-x-3">
              <a href={`#${code}`} className="font-medium font-mono underline-offset-2 hover:underline">
                {code}
              </a>
              <span className="text-muted text-sm tabular-nums">{errorCodes[code].status}</span>
            </dt>
            <dd className="mt-1">{errorHelp[code].means}</dd>
            <dd className="mt-1 text-muted">{errorHelp[code].remedy}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
