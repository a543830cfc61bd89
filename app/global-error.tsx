"use client";

import "./globals.css";
import { MessagePage } from "@/components/layout/message-page";
import { Button } from "@/components/ui/button";

/** When even the frame of the page failed. */
export default function GlobalError() {
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
        </MessagePage>
      </body>
    </html>
  );
}
