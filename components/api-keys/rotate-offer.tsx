"use client";

import { keyActions, type Viewer } from "@/lib/client/key-rights";
import type { ApiKey } from "@/lib/contracts/api-keys";

/** Offers to rotate a key that has expired or soon will, where its expiry is shown. */
export function RotateOffer({
  viewer,
  apiKey,
  onRotate,
}: {
  viewer: Viewer;
  apiKey: ApiKey;
  onRotate: () => void;
}) {
  if (!keyActions(viewer, apiKey).rotate) return null;
  return (
    <button
      type="button"
      aria-label={`Rotate ${apiKey.name}`}
      onClick={onRotate}
      className="relative z-1 text-accent text-xs underline-offset-2 hover:underline"
    >
      Rotate
    </button>
  );
}
