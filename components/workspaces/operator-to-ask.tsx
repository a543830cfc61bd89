/** Whom to ask where only the operator may switch API access. Apart from the switch, whose script most pages do without. */
export function OperatorToAsk({ supportEmail }: { supportEmail: string | null }) {
  if (!supportEmail) return "Whoever runs this service switches API access for a workspace.";
  return (
    <>
      Whoever runs this service switches API access for a workspace: write to{" "}
      <a href={`mailto:${supportEmail}`} className="text-accent underline underline-offset-2">
        {supportEmail}
      </a>
      .
    </>
  );
}
