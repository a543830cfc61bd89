"use client";

import "./globals.css";

/** When a page outside of the settings failed, or even the frame of one. Every page loads this: it is made of nothing else of ours. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page failed</title>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-5 px-6 py-16">
          <h1 className="font-semibold text-xl">This page failed</h1>
          <p className="text-muted">
            Something went wrong on our side. Nothing you saved is lost.
            {error.digest && ` Its number in the server's log is ${error.digest}.`}
          </p>
          <button
            type="button"
            onClick={() => window.location.reload()}
            className="h-9 rounded-control bg-text px-3.5 font-medium text-canvas max-sm:h-11"
          >
            Retry
          </button>
        </main>
      </body>
    </html>
  );
}
