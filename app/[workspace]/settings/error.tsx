"use client";

import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";

export default function SettingsError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Card flush>
      <ErrorState title="This page failed" onRetry={reset}>
        Something went wrong on our side. Nothing you saved is lost.
        {error.digest && (
          <>
            {" "}
            Its number in the server's log is <span className="font-mono text-sm">{error.digest}</span>.
          </>
        )}
      </ErrorState>
    </Card>
  );
}
