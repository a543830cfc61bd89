import { newPasskeyInput } from "@/lib/contracts/passkey-input";
import { created, ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { addPasskey } from "@/lib/server/second-factors/add-passkey";
import { listPasskeys } from "@/lib/server/second-factors/manage-passkeys";

export const GET = withAccount({}, async ({ session }) =>
  ok({ passkeys: await listPasskeys(session.userId) }),
);

export const POST = withAccount(
  { recentAuthentication: true, body: newPasskeyInput },
  async ({ session, body, origin }) => created(await addPasskey(session, body, origin)),
);
