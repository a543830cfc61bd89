"use client";

import { type ComponentProps, lazy, Suspense } from "react";
import { toast } from "@/components/ui/toast";

/** Dialogs are half of the page's script and seldom opened: each is fetched when it is likely to be, and not before. */
const loaders = {
  create: () => import("./create-api-key").then((module) => ({ default: module.CreateApiKey })),
  key: () => import("./api-key-dialog").then((module) => ({ default: module.ApiKeyDialog })),
};

const CreateApiKey = lazy(loaders.create);
const ApiKeyDialog = lazy(loaders.key);

/** What a button that opens a dialog wears: the pointer or the focus on it is warning enough. */
export function fetchesDialog(which: keyof typeof loaders) {
  // A failure shows when the dialog is asked for, and it is fetched again then.
  const fetchEarly = () => void loaders[which]().catch(() => undefined);
  return { onPointerEnter: fetchEarly, onFocus: fetchEarly };
}

/** Opens a dialog once its script is there. Where it cannot be fetched, a toast says so and the page stays as it is. */
export async function whenLoaded(which: keyof typeof loaders, open: () => void): Promise<void> {
  try {
    await loaders[which]();
  } catch {
    toast.error("This part of the page could not be loaded. Check the connection and try again.");
    return;
  }
  open();
}

export function LazyCreateApiKey(props: ComponentProps<typeof CreateApiKey>) {
  return (
    <Suspense fallback={null}>
      <CreateApiKey {...props} />
    </Suspense>
  );
}

export function LazyApiKeyDialog(props: ComponentProps<typeof ApiKeyDialog>) {
  return (
    <Suspense fallback={null}>
      <ApiKeyDialog {...props} />
    </Suspense>
  );
}
