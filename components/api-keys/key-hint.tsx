/** A key by what may be shown of it: its first and last characters. */
export function KeyHint({ prefix, suffix }: { prefix: string; suffix: string }) {
  return (
    <span className="whitespace-nowrap font-mono text-sm">
      {prefix}
      <span className="text-muted">…</span>
      {suffix}
    </span>
  );
}
