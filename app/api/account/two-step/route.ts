import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { getTwoStepState } from "@/lib/server/second-factors/authenticator";

export const GET = withAccount({}, async ({ session }) => ok(await getTwoStepState(session.userId)));
