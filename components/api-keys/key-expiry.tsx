"use client";

import { clsx } from "clsx";
import { Clock } from "lucide-react";
import { RelativeTime, useAlive } from "@/components/ui/relative-time";
import { expiryTone } from "./expiry-tone";

export function KeyExpiry({ expiresAt }: { expiresAt: string | null }) {
  const alive = useAlive();
  if (!expiresAt) return <span className="text-muted">Never</span>;
  // Depends on the browser's clock, which the server doesn't know.
  const tone = alive ? expiryTone(expiresAt, new Date()) : null;
  return (
    <span
      className={clsx("inline-flex items-center gap-1.5", {
        "text-warn": tone === "soon",
        "text-muted": tone === "past",
      })}
    >
      {tone === "soon" && <Clock aria-label="Expires soon:" className="size-3.5 shrink-0" />}
      <RelativeTime at={expiresAt} />
    </span>
  );
}
