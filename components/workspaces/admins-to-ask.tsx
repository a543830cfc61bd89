import { Fragment } from "react";

/** Such as "Ask Ada Byron or Grace Hopper.", with links to email them. */
export function AdminsToAsk({ admins }: { admins: readonly { name: string; email: string }[] }) {
  const shown = admins.slice(0, 5);
  if (shown.length === 0) return null;
  return (
    <>
      Ask{" "}
      {shown.map((admin, index) => (
        <Fragment key={admin.email}>
          {index > 0 && (index === shown.length - 1 ? " or " : ", ")}
          <a
            href={`mailto:${admin.email}`}
            title={admin.email}
            className="text-accent underline underline-offset-2"
          >
            {admin.name}
          </a>
        </Fragment>
      ))}
      .
    </>
  );
}
