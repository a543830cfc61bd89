"use client";

import { type ComponentProps, lazy, Suspense } from "react";
import { toast } from "@/components/ui/toast";

/** The dialogs are half of the page's script and rarely opened, so each is loaded when it's likely to be needed. */
const loaders = {
  create: () => import("./create-api-key").then((module) => ({ default: module.CreateApiKey })),
  key: () => import("./api-key-dialog").then((module) => ({ default: module.ApiKeyDialog })),
};

const CreateApiKey = lazy(loaders.create);
const ApiKeyDialog = lazy(loaders.key);

/** Props for a button that opens a dialog: loads the dialog's script on hover and focus. */
export function preloadsDialog(which: keyof typeof loaders) {
  // `whenLoaded` tries again and reports failures.
  const preload = () => void loaders[which]().catch(() => undefined);
  return { onPointerEnter: preload, onFocus: preload };
}

/** Runs `open` once the dialog's script is loaded. Shows a toast if loading fails. */
export async function whenLoaded(which: keyof typeof loaders, open: () => void): Promise<void> {
  try {
    await loaders[which]();
  } catch {
    toast.error("Couldn’t load this dialog. Check your connection and try again.");
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
