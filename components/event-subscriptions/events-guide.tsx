/** Opens in another tab, because a dialog with a secret may be open. */
export function EventsGuide() {
  return (
    <a
      href="/docs/events"
      target="_blank"
      rel="noreferrer"
      className="text-accent underline underline-offset-2"
    >
      How to receive events
    </a>
  );
}
