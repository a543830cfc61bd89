import { AppError } from "@/lib/contracts/app-error";
import { findPicture } from "@/lib/server/accounts/users/picture";
import { withAccount } from "@/lib/server/http/with-account";

/** A page fetches pictures by itself: that is nothing the person does. */
export const GET = withAccount({ passive: true }, async ({ request, session, params }) => {
  const picture = await findPicture(session, params.userId ?? "");
  if (!picture) throw new AppError("not_found");
  const named = new URL(request.url).searchParams.get("v") === picture.version;
  return new Response(picture.webp, {
    headers: {
      "content-type": "image/webp",
      "x-content-type-options": "nosniff",
      // By its version it never changes; without, the next picture has the same address.
      "cache-control": named ? "private, max-age=604800, immutable" : "private, no-cache",
    },
  });
});
