import { setPasskeyCookie } from "@/lib/server/auth/passkey-cookie";
import { ok } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";
import { askToSignIn } from "@/lib/server/second-factors/use-passkey";

export const POST = publicRoute({}, async ({ origin }) =>
  ok(await askToSignIn(await setPasskeyCookie(), origin)),
);
