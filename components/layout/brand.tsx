/** A shield with a keyhole. The only use of brass. */
export function BrandMark({ className = "size-6" }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" className={className}>
      <path
        className="fill-brass"
        d="M12 1.75 20.25 5v6.4c0 5-3.3 8.9-8.25 10.85C7.05 20.3 3.75 16.4 3.75 11.4V5L12 1.75Z"
      />
      <path
        className="fill-canvas"
        fillRule="evenodd"
        clipRule="evenodd"
        d="M12 6.4a3.3 3.3 0 0 1 1.2 6.37V17.2a1.2 1.2 0 0 1-2.4 0v-4.43A3.3 3.3 0 0 1 12 6.4Zm0 2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Z"
      />
    </svg>
  );
}

export function Brand({ name }: { name: string }) {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-lg tracking-[-0.01em]">
      <BrandMark />
      {name}
    </span>
  );
}
