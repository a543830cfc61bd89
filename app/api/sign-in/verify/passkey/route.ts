import { AppError } from "@/lib/contracts/app-error";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { askForPasskey } from "@/lib/server/second-factors/check-assertion";

export const POST = withAccount(
  { secondStep: true },
  async ({ session: { id, userId, needsSecondFactor } }) => {
    if (!needsSecondFactor) throw new AppError("conflict", "You're already signed in.");
    return ok(await askForPasskey({ purpose: "second_step", boundTo: id, userId }));
  },
);
