"use client";

import "./globals.css";
import { MessagePage } from "@/components/layout/message-page";
import { Button } from "@/components/ui/button";

/** When a page outside of the settings failed, or even the frame of one. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page failed</title>
        <MessagePage
          title="This page failed"
          action={
            <Button variant="primary" onClick={() => window.location.reload()}>
              Retry
            </Button>
          }
        >
          Something went wrong on our side. Nothing you saved is lost.
          {error.digest && (
            <>
              {" "}
              Its number in the server's log is <span className="font-mono text-sm">{error.digest}</span>.
            </>
          )}
        </MessagePage>
      </body>
    </html>
  );
}
