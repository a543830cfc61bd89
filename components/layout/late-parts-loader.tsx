"use client";

import { type ComponentType, useEffect, useState } from "react";
import { subscribeToToasts } from "@/components/ui/toast";
import type { Account } from "@/lib/contracts/account";

const delayMs = 5_000;

/** Fetches what no page needs to be usable: with the first toast, else a little later. */
export function LatePartsLoader({ account }: { account: Account }) {
  const [Parts, setParts] = useState<ComponentType<{ account: Account }> | null>(null);
  useEffect(() => {
    // Where it cannot be fetched, the page goes on without; the next toast tries again.
    const load = () =>
      import("./late-parts").then(
        (module) => setParts(() => module.LateParts),
        () => {},
      );
    const timer = setTimeout(load, delayMs);
    const unsubscribe = subscribeToToasts(load);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, []);
  return Parts && <Parts account={account} />;
}
