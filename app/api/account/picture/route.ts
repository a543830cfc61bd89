import { maximumPictureBytes } from "@/lib/contracts/account";
import { AppError } from "@/lib/contracts/app-error";
import { getAccount } from "@/lib/server/accounts/users/account";
import { removePicture, setPicture } from "@/lib/server/accounts/users/picture";
import { ok } from "@/lib/server/http/json-response";
import { readBytes } from "@/lib/server/http/read-body";
import { withAccount } from "@/lib/server/http/with-account";

const tooLarge = () => new AppError("payload_too_large", "Pictures can be at most 5 MB.");

export const PUT = withAccount({ picture: true }, async ({ request, session, origin }) => {
  await setPicture(session, await readBytes(request, maximumPictureBytes, tooLarge), origin);
  return ok(await getAccount(session));
});

export const DELETE = withAccount({}, async ({ session, origin }) => {
  await removePicture(session, origin);
  return ok(await getAccount(session));
});
