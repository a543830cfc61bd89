import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { beginAddingPasskey } from "@/lib/server/second-factors/add-passkey";

export const POST = withAccount({ recentAuthentication: true }, async ({ session }) =>
  ok(await beginAddingPasskey(session)),
);
