"use client";

import "./globals.css";

/** Shown if a page outside the settings, or a layout, fails. Every page loads this, so it must not import components. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page couldn’t be shown</title>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-5 px-6 py-16">
          <h1 className="font-semibold text-xl">This page couldn’t be shown</h1>
          <p className="text-muted">
            Something went wrong on our side. Nothing you saved is lost.
            {error.digest && ` Error id in the server log: ${error.digest}.`}
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
