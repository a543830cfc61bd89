import { accepted } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { mailCode } from "@/lib/server/second-factors/email-codes";

export const POST = withAccount({ secondStep: true }, async ({ session }) => {
  await mailCode(session);
  return accepted();
});
