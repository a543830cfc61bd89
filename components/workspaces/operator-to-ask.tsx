/** Shown if only the operator can change API access. In a separate file, because most pages don't need the switch's script. */
export function OperatorToAsk({ supportEmail }: { supportEmail: string | null }) {
  if (!supportEmail) return "Only the operator of this service can change API access.";
  return (
    <>
      Only the operator of this service can change API access. Contact{" "}
      <a href={`mailto:${supportEmail}`} className="text-accent underline underline-offset-2">
        {supportEmail}
      </a>
      .
    </>
  );
}
