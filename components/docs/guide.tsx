import { CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import type { PublicConfig } from "@/lib/contracts/public-config";
import { Chapter } from "./chapter";
import { Mono } from "./mono";

export function Guide({ config }: { config: PublicConfig }) {
  const me = `${config.apiBaseUrl}/api/public/v1/me`;
  const keys = `${config.apiBaseUrl}/auth/api-keys`;
  return (
    <>
      <PageHeader title="Using an API key">
        An API key belongs to one workspace and can do what its owner can. Create one under Account settings →
        API → API keys. Its secret is shown only once.
      </PageHeader>
      <div className="grid gap-8">
        <Chapter title="Send the key">
          <p>
            Send the key in a header, in any of these three forms. Never put it in a URL: URLs end up in logs.
          </p>
          <CodeBlock label="with x-api-key" code={`curl ${me} -H "x-api-key: $API_KEY"`} />
          <CodeBlock label="with Bearer" code={`curl ${me} -H "Authorization: Bearer $API_KEY"`} />
          <CodeBlock label="with api-key" code={`curl ${me} -H "Authorization: api-key $API_KEY"`} />
        </Chapter>
        <Chapter title="Read the response">
          <p>
            Errors are JSON with <Mono>error.code</Mono>, <Mono>error.message</Mono>, and{" "}
            <Mono>error.request_id</Mono>. See the{" "}
            <a className="text-accent underline underline-offset-2" href="/docs/errors">
              list of error codes
            </a>
            . Every response has an <Mono>X-Request-Id</Mono>. Send your own to find the request in the access
            log.
          </p>
        </Chapter>
        <Chapter title="Stay within the rate limit">
          <p>
            The <Mono>RateLimit</Mono> header says how many requests are left and when the limit resets. After
            a 429, wait for the number of seconds in <Mono>Retry-After</Mono>. If no other client uses the
            key, the next request is then allowed.
          </p>
        </Chapter>
        <Chapter title="Manage keys with a key">
          <p>
            A key that can manage API keys can create, list, rename, disable, and revoke others. The keys it
            creates can’t do more than it can. Rotating a key creates a successor with the same rights, and
            the old key keeps working for a day, or for the number of seconds you set. Revoking a key returns
            once no server accepts it.
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
        <Chapter title="Be told what happens">
          <p>
            Your endpoint can get a signed request when a key is created, rotated, used from a new address, or
            about to expire. See{" "}
            <a className="text-accent underline underline-offset-2" href="/docs/events">
              Events
            </a>
            .
          </p>
        </Chapter>
        <Chapter title="If a key leaks">
          <p>
            Rotate or revoke your own key in the console. To report a key that you found, see{" "}
            <a className="text-accent underline underline-offset-2" href="/docs/leaks">
              I found this key
            </a>
            .
          </p>
        </Chapter>
      </div>
    </>
  );
}
