"use client";

import { MessagePage } from "@/components/layout/message-page";
import { Button } from "@/components/ui/button";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <MessagePage
      title="This page failed"
      action={
        <Button variant="primary" onClick={reset}>
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
  );
}
