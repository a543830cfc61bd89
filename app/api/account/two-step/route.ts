import { readTwoStep } from "@/lib/server/http/account-reads";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

export const GET = withAccount({}, async ({ session }) => ok(await readTwoStep(session)));
