import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";
import { writeFilters } from "./url-filters";

/** Keeps a list's filters in the URL, so that a view can be shared. Changes replace the history entry without a navigation. */
export function useUrlFilters<Name extends string>() {
  const search = useSearchParams();
  const pathname = usePathname();
  const setFilters = useCallback(
    (changes: Partial<Record<Name, string>>) => {
      const query = writeFilters(window.location.search, changes as Record<string, string | undefined>);
      window.history.replaceState(null, "", `${pathname}${query}`);
    },
    [pathname],
  );
  return { search, setFilters };
}
