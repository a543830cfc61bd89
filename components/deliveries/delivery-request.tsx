import { CodeBlock } from "@/components/ui/code-block";
import type { DeliveryAttempt, DeliveryDetails } from "@/lib/contracts/deliveries";
import { prettyBody, requestHeaders, signedSeconds } from "./delivery-words";

/** What was sent, or will be: the headers of the attempt, the body, and what its signatures cover. */
export function DeliveryRequest({
  delivery: { eventId, body },
  attempt,
  nth,
}: {
  delivery: DeliveryDetails;
  attempt: DeliveryAttempt | undefined;
  nth: string;
}) {
  const seconds = attempt && signedSeconds(attempt.signature);
  const code = (text: string) => <code className="break-all font-mono text-text">{text}</code>;
  return (
    <section aria-labelledby="delivery-request" className="grid gap-2">
      <h3 id="delivery-request" className="font-semibold">
        Request{nth}
      </h3>
      {attempt ? (
        <>
          <CodeBlock label="headers" code={requestHeaders(eventId, attempt)} wraps />
          <p className="text-muted text-sm">
            X-Keyward-Signature signs {code(`${seconds}.`)} followed by the body. Webhook-Signature, which
            isn’t kept, signs {code(`${eventId}.${seconds}.`)} followed by the body.
          </p>
        </>
      ) : (
        <p className="text-muted">Each attempt is signed when it is sent.</p>
      )}
      {body === null ? (
        <p className="text-muted">The body was deleted with its event because of its age.</p>
      ) : (
        <>
          <CodeBlock label="body" code={prettyBody(body)} copies={body} scrolls />
          <p className="text-muted text-sm">
            Indented here. Copy gives the exact bytes that are sent, which the signature covers.
          </p>
        </>
      )}
    </section>
  );
}
