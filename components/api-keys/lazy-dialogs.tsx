"use client";

import { type ComponentProps, lazy, Suspense } from "react";

/** Dialogs are half of the page's script and seldom opened: each is fetched when it is likely to be, and not before. */
const loadCreate = () => import("./create-api-key").then((module) => ({ default: module.CreateApiKey }));
const loadDialog = () => import("./api-key-dialog").then((module) => ({ default: module.ApiKeyDialog }));

const CreateApiKey = lazy(loadCreate);
const ApiKeyDialog = lazy(loadDialog);

/** What a button that opens the dialog wears: the pointer or the focus on it is warning enough. */
export const fetchesCreateApiKey = {
  onPointerEnter: () => void loadCreate(),
  onFocus: () => void loadCreate(),
};

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
