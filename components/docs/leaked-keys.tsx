import { CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import type { PublicConfig } from "@/lib/contracts/public-config";
import { Chapter } from "./chapter";
import { ReportKeyForm } from "./report-key-form";

/** For people who found an API key. Needs no account. */
export function LeakedKeys({ config: { apiBaseUrl, productName } }: { config: PublicConfig }) {
  return (
    <>
      <PageHeader title="I found this key">
        Did you find a {productName} API key where it shouldn’t be, such as in a public repository? Report it
        here. You don’t need an account.
      </PageHeader>
      <div className="grid gap-8">
        <ReportKeyForm />
        <Chapter title="What happens">
          <ul className="grid list-disc gap-2 pl-5">
            <li>If the key works, it’s revoked immediately. This can’t be undone.</li>
            <li>API keys that were created with it are disabled until an admin of its workspace decides.</li>
            <li>Its owner and the admins are told by email.</li>
            <li>
              You get the same answer whether or not the key exists, so this page can’t be used to test keys.
            </li>
            <li>The key isn’t stored. The workspace’s audit log records your IP address and browser.</li>
          </ul>
        </Chapter>
        <Chapter title="Is it your own key?">
          <p>
            Programs that use the key fail as soon as it’s revoked. To replace it first,{" "}
            <a className="text-accent underline underline-offset-2" href="/settings">
              sign in
            </a>{" "}
            and rotate it.
          </p>
        </Chapter>
        <Chapter title="Report keys with a program">
          <p>Send up to 1,000 keys at once. The answer is always 202, whether or not the keys are known.</p>
          <CodeBlock
            label="to report keys"
            code={`curl ${apiBaseUrl}/credentials/revoke -H "Content-Type: application/json" \\\n  -d '{"credentials": ["THE KEY"]}'`}
          />
        </Chapter>
      </div>
    </>
  );
}
