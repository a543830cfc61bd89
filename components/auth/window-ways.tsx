"use client";

import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { openWindow } from "@/lib/client/sign-in-window";

export type WindowWay = {
  id: string;
  label: string;
  /** Names the page in a sentence. */
  name: string;
  findUrl: () => string | Promise<string>;
  variant?: "primary" | "secondary" | "ghost";
};

/** Ways to authenticate that need a separate page, which opens in a window. */
export function WindowWays({ ways, onOpen }: { ways: readonly WindowWay[]; onOpen?: () => void }) {
  const [opened, setOpened] = useState<WindowWay | null>(null);
  const [blocked, setBlocked] = useState<{ way: WindowWay; url: string } | null>(null);
  const { submit, failure } = useSubmit(({ findUrl }: WindowWay) => openWindow(findUrl), {
    doing: "Opening a window",
    onDone: (url, way) => {
      setOpened(url === null ? way : null);
      setBlocked(url === null ? null : { way, url });
    },
  });

  function open(way: WindowWay) {
    setOpened(null);
    setBlocked(null);
    onOpen?.();
    void submit(way);
  }

  if (ways.length === 0) return null;
  return (
    <div className="grid gap-2">
      {failure && <Alert>{failure}</Alert>}
      {ways.map((way) => (
        <Button
          key={way.id}
          variant={way.variant ?? "secondary"}
          className="w-full"
          onClick={() => open(way)}
        >
          {way.label}
        </Button>
      ))}
      <div role="status" className="empty:hidden">
        {opened && (
          <p className="text-muted text-sm">
            Finish in the window that opened. This page then continues automatically.
          </p>
        )}
        {blocked && (
          <Alert tone="warn" title="Your browser blocked the window">
            <a
              href={blocked.url}
              target="_blank"
              rel="noopener"
              // A provider's URL works only once.
              onClick={() => setTimeout(() => setBlocked(null))}
              className="text-accent underline underline-offset-2"
            >
              Open {blocked.way.name} in a new tab
            </a>
            , and come back here when you’re done.
          </Alert>
        )}
      </div>
    </div>
  );
}
