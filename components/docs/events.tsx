import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import { Tabs } from "@/components/ui/tabs";
import { eventSnippets } from "@/lib/client/event-snippets";
import { mostReplayed } from "@/lib/contracts/deliveries";
import type { PublicConfig } from "@/lib/contracts/public-config";
import { Chapter } from "./chapter";
import { EventTypes } from "./event-types";
import { Mono } from "./mono";

/** For people who write an endpoint that receives events. */
export function Events({ config: { apiBaseUrl, productName } }: { config: PublicConfig }) {
  return (
    <>
      <PageHeader title="Events">
        {productName} sends a signed request to your endpoint when something happens in your workspace. Owners
        and admins create subscriptions under Account settings → API → Event subscriptions.
      </PageHeader>
      <div className="grid gap-8">
        <Chapter title="What is sent">
          <p>
            Each delivery is a <Mono>POST</Mono> with a JSON body: the event’s <Mono>id</Mono>,{" "}
            <Mono>type</Mono>, <Mono>createdAt</Mono>, <Mono>workspaceId</Mono>, and <Mono>data</Mono>. A
            subscription can ask for a type, for all types with the same beginning, such as{" "}
            <Mono>api_key.*</Mono>, or for every event with <Mono>*</Mono>. It can be limited to some keys or
            environments.
          </p>
          <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
            <Header name="Webhook-Id">The event’s id. It’s the same each time the event is sent.</Header>
            <Header name="Webhook-Timestamp">The time of this attempt, in Unix seconds.</Header>
            <Header name="Webhook-Signature">
              For{" "}
              <a className="text-accent underline underline-offset-2" href="https://www.standardwebhooks.com">
                Standard Webhooks
              </a>{" "}
              libraries.
            </Header>
            <Header name="X-Keyward-Signature">
              <Mono>t=SECONDS,v1=SIGNATURE</Mono>, for your own code.
            </Header>
          </dl>
        </Chapter>
        <Chapter title="Event types">
          <p>
            Open a type to see an example. Fields can be added to <Mono>data</Mono>, so ignore those that you
            don’t know. No event holds the secret of a key. {productName} can also send events of its own
            types.
          </p>
          <EventTypes />
          <p>
            <Mono>event_subscription.test</Mono> is only sent when someone asks for a test event.
          </p>
        </Chapter>
        <Chapter title="Verify a delivery">
          <p>
            Anyone who knows your endpoint’s URL can send requests to it, so check the signature before you
            act. It’s the HMAC-SHA256, in hexadecimal, of the value of <Mono>t</Mono>, a dot, and the raw
            body. The key is your signing secret as you entered it. Refuse a delivery whose <Mono>t</Mono> is
            more than 5 minutes away from now, and compare signatures in constant time.
          </p>
          <Tabs
            label="Language"
            tabs={eventSnippets.map(({ id, label, code }) => ({
              value: id,
              label,
              content: <CodeBlock label={`${label} endpoint`} code={code} scrolls />,
            }))}
          />
          <p>
            Standard Webhooks libraries take the secret in another form, which begins with <Mono>whsec_</Mono>
            . It’s shown with the secret when you create or change it.
          </p>
        </Chapter>
        <Chapter title="What your endpoint should do">
          <ul className="grid list-disc gap-2 pl-5">
            <li>
              Answer with a 2xx status within 10 seconds. Everything else counts as a failure, also a
              redirect. Do slow work after you answer.
            </li>
            <li>
              Remember the <Mono>Webhook-Id</Mono> of the events that you’ve handled. The same event can
              arrive more than once: after a failure, after a replay, or when your answer got lost.
            </li>
            <li>
              Don’t rely on the order. Compare <Mono>createdAt</Mono>, or read the current state with the API.
            </li>
            <li>Answer 410 if you don’t want events any more. This pauses the subscription immediately.</li>
          </ul>
        </Chapter>
        <Chapter title="If a delivery fails">
          <p>
            It’s sent again for 24 hours: first after about 5 seconds, then after twice as long each time, up
            to 2 hours. A longer <Mono>Retry-After</Mono> in your answer is respected. An endpoint that fails
            5 times in a row gets one request at a time, with up to 5 minutes in between, until it answers.
            Then everything that waits is sent.
          </p>
          <p>
            An endpoint that fails for 24 hours is paused, and the person who created the subscription gets an
            email. New events are held until you resume it, or until their retention ends. When you resume the
            subscription, choose whether to send or to skip them.
          </p>
          <p>
            The subscription’s page shows each delivery with its attempts and your endpoint’s answers. You can
            send one again, or replay all events of a period. Events are kept for 30 days, unless the operator
            chose another time.
          </p>
          <CodeBlock
            label="to replay a period"
            code={`curl ${apiBaseUrl}/api/public/v1/event-subscriptions/SUBSCRIPTION_ID/replay \\\n  -H "x-api-key: $API_KEY" -H "Content-Type: application/json" \\\n  -d '{"from": "2026-11-27T00:00:00Z", "to": "2026-11-27T06:00:00Z"}'`}
          />
        </Chapter>
        <Chapter title="Change the signing secret">
          <p>
            After you change the secret, both the new and the old one sign for 24 hours, or as long as you
            choose. <Mono>X-Keyward-Signature</Mono> then has two <Mono>v1</Mono> signatures, and one that
            matches is enough. So you can change your endpoint at any time in between, and no delivery fails.
            If the old secret leaked, don’t let it sign at all.
          </p>
        </Chapter>
        <Chapter title="Which addresses are called">
          <p>
            Only <Mono>https://</Mono> URLs with a valid certificate, and only public addresses. This is
            checked for each connection, so a name that starts to point to a private address isn’t called. The
            operator can allow private networks.
          </p>
        </Chapter>
        <Chapter title="Limits">
          <ul className="grid list-disc gap-2 pl-5">
            <li>A workspace can have 50 subscriptions.</li>
            <li>A replay can send {mostReplayed.toLocaleString("en-US")} events.</li>
            <li>Requests to one endpoint are made in parallel, up to 8 for each server.</li>
            <li>Up to 64 KiB of your answer is read, and the first 4 KiB is kept.</li>
          </ul>
        </Chapter>
      </div>
    </>
  );
}

function Header({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>
        <Mono>{name}</Mono>
      </dt>
      <dd className="max-sm:mb-1 text-muted">{children}</dd>
    </>
  );
}
