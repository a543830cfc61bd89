/** A key's first and last characters: all that may be shown of it. */
export function KeyHint({ prefix, suffix }: { prefix: string; suffix: string }) {
  return (
    <span className="whitespace-nowrap font-mono text-sm">
      {prefix}
      <span className="text-muted">…</span>
      {suffix}
    </span>
  );
}
