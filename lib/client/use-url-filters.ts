import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";
import { readFilters, writeFilters } from "./url-filters";

/**
 * A list's filters, kept in the address so that a view can be shared and comes back with the Back button. Changing one
 * replaces the present entry without asking the server for the page again.
 */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
  const search = useSearchParams();
  const pathname = usePathname();
  const setFilters = useCallback(
    (changes: Partial<Record<Name, string>>) => {
      const query = writeFilters(window.location.search, changes as Record<string, string | undefined>);
      window.history.replaceState(null, "", `${pathname}${query}`);
    },
    [pathname],
  );
  return { filters: readFilters(search, names), setFilters };
}
