"use client";

/** Every settings page loads this, so it must not import components. */
export default function SettingsError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div
      role="alert"
      className="flex flex-col items-center gap-4 rounded-surface border bg-surface px-6 py-12 text-center"
    >
      <p className="font-medium">This page couldn’t be shown</p>
      <p className="max-w-md text-muted">
        Something went wrong on our side. Nothing you saved is lost.
        {error.digest && ` Error id in the server log: ${error.digest}.`}
      </p>
      <button
        type="button"
        onClick={reset}
        className="h-9 rounded-control border border-field/60 px-3.5 font-medium hover:bg-hover max-sm:h-11"
      >
        Retry
      </button>
    </div>
  );
}
