import { AppError } from "@/lib/contracts/app-error";
import { findPicture } from "@/lib/server/accounts/users/picture";
import { withAccount } from "@/lib/server/http/with-account";

/** Passive: pages load pictures without an action of the person. */
export const GET = withAccount({ passive: true }, async ({ request, session, params }) => {
  const picture = await findPicture(session, params.userId ?? "");
  if (!picture) throw new AppError("not_found");
  const named = new URL(request.url).searchParams.get("v") === picture.version;
  return new Response(picture.webp, {
    headers: {
      "content-type": "image/webp",
      "x-content-type-options": "nosniff",
      // A URL with a version never changes. Without a version, the picture at this URL can change.
      "cache-control": named ? "private, max-age=604800, immutable" : "private, no-cache",
    },
  });
});
