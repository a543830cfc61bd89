import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { askForPasskey } from "@/lib/server/second-factors/check-assertion";

export const POST = withAccount({}, async ({ session: { id, userId } }) =>
  ok(await askForPasskey({ purpose: "reauthenticate", boundTo: id, userId })),
);
