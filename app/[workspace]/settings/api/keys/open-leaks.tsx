import { LeakBanner } from "@/components/api-keys/leak-banner";
import { isAppError } from "@/lib/contracts/app-error";
import { readOpenLeaks } from "@/lib/server/http/member-reads";
import { type FoundMember, readAsMember } from "@/lib/server/http/with-member";

/** The banner about leaked keys, for those who see the keys. Nothing while API access is off. */
export async function OpenLeaks({
  page,
  workspaceSlug,
  shownKeyId,
}: {
  page: FoundMember;
  workspaceSlug: string;
  shownKeyId?: string;
}) {
  const { leaks } = await readAsMember(page, readOpenLeaks).catch((error: unknown) => {
    if (isAppError(error)) return { leaks: [] };
    throw error;
  });
  return (
    <LeakBanner
      workspaceSlug={workspaceSlug}
      leaks={leaks}
      {...(shownKeyId !== undefined && { shownKeyId })}
    />
  );
}
