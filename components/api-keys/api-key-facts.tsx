import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { clientName } from "@/lib/client/client-name";
import { type ApiKey, permissionLevelLabels } from "@/lib/contracts/api-keys";
import { roleLabels } from "@/lib/contracts/permissions";
import { KeyExpiry } from "./key-expiry";
import { KeyHint } from "./key-hint";

export function ApiKeyFacts({ apiKey }: { apiKey: ApiKey }) {
  return (
    <Card>
      <DescriptionList columns={2} items={factsOf(apiKey)} />
    </Card>
  );
}

function factsOf(key: ApiKey): { term: string; value: ReactNode }[] {
  return [
    { term: "Key", value: <KeyHint prefix={key.prefix} suffix={key.suffix} /> },
    {
      term: "Owner",
      value: key.owner.role
        ? `${key.owner.name} (${roleLabels[key.owner.role].toLowerCase()})`
        : key.owner.name,
    },
    ...(key.role && key.role !== key.owner.role
      ? [{ term: "Acts as", value: `${roleLabels[key.role]}, as before it was transferred` }]
      : []),
    { term: "Permission", value: <CurrentPermission apiKey={key} /> },
    {
      term: "Created",
      value: (
        <>
          <RelativeTime at={key.createdAt} /> by {actorName(key.createdBy)}
        </>
      ),
    },
    { term: "Environment", value: key.environment },
    { term: "Expires", value: <KeyExpiry expiresAt={key.expiresAt} /> },
    { term: "Can manage keys", value: key.canManageKeys ? "Yes" : "No" },
    { term: "Last used", value: <LastUse apiKey={key} /> },
    { term: "Rate limit", value: `${key.rateLimitPerMinute.toLocaleString("en-US")} requests per minute` },
    { term: "Allowed addresses", value: <Addresses allowedIps={key.allowedIps} /> },
    ...(key.mailNewCallers ? [{ term: "New callers", value: "Emailed to the owner" }] : []),
    ...(key.disabledAt ? [{ term: "Disabled", value: <Disabled at={key.disabledAt} apiKey={key} /> }] : []),
    ...(key.revokedAt
      ? [
          {
            term: key.exposedAt ? "Leaked and revoked" : "Revoked",
            value: <RelativeTime at={key.revokedAt} />,
          },
        ]
      : []),
    ...(Object.keys(key.metadata).length > 0
      ? [{ term: "Metadata", value: <Metadata metadata={key.metadata} /> }]
      : []),
    ...(key.notes
      ? [{ term: "Notes", value: <span className="whitespace-pre-line">{key.notes}</span> }]
      : []),
    { term: "Key id", value: <span className="break-all font-mono">{key.id}</span> },
  ];
}

/** The owner's role limits the permission the key was created with. */
function CurrentPermission({ apiKey: { permissionLevel, permissions, createdWith } }: { apiKey: ApiKey }) {
  const withheld = createdWith.permissions.filter((name) => !permissions.includes(name));
  return (
    <>
      {permissionLevelLabels[permissionLevel]}
      {permissionLevel === "custom" && (
        <ul className="font-mono text-sm">
          {permissions.map((name) => (
            <li key={name} className="break-all">
              {name}
            </li>
          ))}
        </ul>
      )}
      {withheld.length > 0 && (
        <span className="block text-muted text-sm">
          Not allowed now: {withheld.join(", ")}. The owner’s role doesn’t allow it, or it’s no longer
          declared.
        </span>
      )}
      {permissionLevel !== createdWith.permissionLevel && (
        <span className="block text-muted text-sm">
          Created as {permissionLevelLabels[createdWith.permissionLevel]}. Limited by the owner’s role.
        </span>
      )}
    </>
  );
}

function actorName({ type, id, name }: ApiKey["createdBy"]): string {
  if (type === "system") return "the operator";
  if (type === "service") return `the service ${id}`;
  if (type === "key") return `the key ${name ?? id}`;
  return name ?? "a former member";
}

function Disabled({ at, apiKey: { disabledBy, disabledByAdmin } }: { at: string; apiKey: ApiKey }) {
  return (
    <>
      <RelativeTime at={at} />
      {disabledBy && ` by ${actorName(disabledBy)}`}
      {disabledByAdmin && <span className="block text-muted">Only an admin can enable it.</span>}
    </>
  );
}

function LastUse({ apiKey: { lastUse } }: { apiKey: ApiKey }) {
  if (!lastUse) return <span className="text-muted">Never</span>;
  return (
    <>
      <RelativeTime at={lastUse.at} />
      {lastUse.ip && (
        <>
          {" "}
          from <IpAddress ip={lastUse.ip} />
        </>
      )}
      {lastUse.userAgent && <span className="block text-muted">{clientName(lastUse.userAgent)}</span>}
    </>
  );
}

function Metadata({ metadata }: { metadata: ApiKey["metadata"] }) {
  return (
    <ul className="font-mono text-sm">
      {Object.entries(metadata).map(([name, value]) => (
        <li key={name} className="break-all">
          {name}: {String(value)}
        </li>
      ))}
    </ul>
  );
}

function Addresses({ allowedIps }: { allowedIps: string[] }) {
  if (allowedIps.length === 0) return "Any";
  return (
    <ul className="font-mono">
      {allowedIps.map((address) => (
        <li key={address} className="break-all">
          {address}
        </li>
      ))}
    </ul>
  );
}
