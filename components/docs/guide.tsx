import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import type { PublicConfig } from "@/lib/contracts/public-config";

/** How a program uses a key: the few things an integrator has to know, each with a line to run. */
export function Guide({ config }: { config: PublicConfig }) {
  const me = `${config.apiBaseUrl}/api/public/v1/me`;
  const keys = `${config.apiBaseUrl}/auth/api-keys`;
  return (
    <>
      <PageHeader title="Using an API key">
        A key belongs to one workspace and acts as its owner may. Make one under Account settings → API → API
        keys; it is shown once.
      </PageHeader>
      <div className="grid gap-8">
        <Chapter title="Send the key">
          <p>
            In a header, in whichever of three forms your client prefers. Never in a URL: URLs end up in logs.
          </p>
          <CodeBlock label="with x-api-key" code={`curl ${me} -H "x-api-key: $API_KEY"`} />
          <CodeBlock label="with Bearer" code={`curl ${me} -H "Authorization: Bearer $API_KEY"`} />
          <CodeBlock label="with api-key" code={`curl ${me} -H "Authorization: api-key $API_KEY"`} />
        </Chapter>
        <Chapter title="Read the answer">
          <p>
            A refusal is JSON with <Mono>error.code</Mono>, <Mono>error.message</Mono> and{" "}
            <Mono>error.request_id</Mono>;{" "}
            <a className="text-accent underline underline-offset-2" href="/docs/errors">
              every code is explained
            </a>
            . Each answer has an <Mono>X-Request-Id</Mono>; send your own to find a request again in the
            access log.
          </p>
        </Chapter>
        <Chapter title="Stay within the rate limit">
          <p>
            <Mono>RateLimit</Mono> tells how many requests are left and for how long. After a 429, wait as
            many seconds as <Mono>Retry-After</Mono> says; a client alone that waits so long is admitted.
          </p>
        </Chapter>
        <Chapter title="Manage keys with a key">
          <p>
            A key that may manage API keys makes, lists, renames, disables and revokes others, none of which
            can do more than itself. A rotation gives a key a successor with the same rights, and lets the old
            one go on for a day, or for as many seconds as you say. A revocation is answered when no server
            accepts the key any more.
          </p>
          <CodeBlock
            label="to create a key"
            code={`curl ${keys} -H "x-api-key: $API_KEY" -H "Content-Type: application/json" \\\n  -d '{"name": "nightly export", "permission_level": "read_only", "expires_in_days": 90}'`}
          />
          <CodeBlock
            label="to rotate the key itself"
            code={`curl -X POST ${keys}/current/rotate -H "x-api-key: $API_KEY" -H "Content-Type: application/json" \\\n  -d '{"overlap_seconds": 3600}'`}
          />
          <CodeBlock
            label="to revoke a key"
            code={`curl -X DELETE ${keys}/KEY_ID -H "x-api-key: $API_KEY"`}
          />
        </Chapter>
      </div>
    </>
  );
}

function Chapter({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}

function Mono({ children }: { children: ReactNode }) {
  return <code className="font-mono text-sm">{children}</code>;
}
