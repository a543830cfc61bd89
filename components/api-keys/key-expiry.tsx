"use client";

import { clsx } from "clsx";
import { Clock } from "lucide-react";
import { RelativeTime } from "@/components/ui/relative-time";
import { expiryTone } from "./key-expiration";

export function KeyExpiry({ expiresAt }: { expiresAt: string | null }) {
  if (!expiresAt) return <span className="text-muted">Never</span>;
  const tone = expiryTone(expiresAt, new Date());
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
