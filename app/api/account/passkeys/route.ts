import { newPasskeyInput } from "@/lib/contracts/passkey-input";
import { readPasskeyList } from "@/lib/server/http/account-reads";
import { created, ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { addPasskey } from "@/lib/server/second-factors/add-passkey";

export const GET = withAccount({}, async ({ session }) => ok(await readPasskeyList(session)));

export const POST = withAccount(
  { recentAuthentication: true, body: newPasskeyInput },
  async ({ session, body, origin }) => created(await addPasskey(session, body, origin)),
);
