"use client";

import { type ComponentType, useEffect, useState } from "react";
import { panels } from "@/components/ui/load-panels";
import { subscribeToToasts } from "@/components/ui/toast";
import type { Account } from "@/lib/contracts/account";

const delayMs = 5_000;

/** Loads what pages can do without at first: with the first toast, or after a delay. */
export function LatePartsLoader({ account }: { account: Account }) {
  const [Parts, setParts] = useState<ComponentType<{ account: Account }> | null>(null);
  useEffect(() => {
    // If loading fails, the page works without it, and the next toast tries again.
    const load = () =>
      import("./late-parts").then(
        (module) => setParts(() => module.LateParts),
        () => {},
      );
    const timer = setTimeout(() => {
      void load();
      panels.preload();
    }, delayMs);
    const unsubscribe = subscribeToToasts(load);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, []);
  return Parts && <Parts account={account} />;
}
