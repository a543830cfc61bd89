"use client";

import Link from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link whose page is prefetched on hover or focus. By default Next.js prefetches every link in the viewport, so a table of
 * fifty rows would request fifty pages.
 */
export function LinkOnHover(
  props: Omit<ComponentProps<typeof Link>, "prefetch" | "onMouseEnter" | "onFocus">,
) {
  const [near, setNear] = useState(false);
  const approach = () => setNear(true);
  return <Link {...props} prefetch={near ? null : false} onMouseEnter={approach} onFocus={approach} />;
}
