"use client";

import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { downloadText } from "@/components/api-keys/download-text";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import type { RenderedFile } from "@/lib/client/protect/render-recipe";
import { type ProtectRecipe, protectRecipes } from "@/lib/contracts/protect-recipes";

/** The files to copy or download, with instructions. */
export function PutInPlace({
  recipe,
  files,
  productName,
  hasServiceToken,
}: {
  recipe: ProtectRecipe;
  files: RenderedFile[];
  productName: string;
  hasServiceToken: boolean;
}) {
  const isGateway = protectRecipes[recipe].kind === "gateway";
  return (
    <div className="grid gap-4">
      <p className="max-w-prose">{steps[recipe]}</p>
      {!isGateway && !hasServiceToken && (
        <Alert tone="warn" title="This server has no service token yet">
          Ask the operator of {productName} to set <Mono>SERVICE_TOKEN</Mono>. Without it, every check gets a
          401.
        </Alert>
      )}
      {files.map((file) => (
        <section key={file.name} aria-label={file.name} className="grid min-w-0 gap-1.5">
          <div className="flex items-center justify-between gap-3">
            <h3 className="font-mono text-sm">{file.name}</h3>
            <Button
              variant="ghost"
              size="small"
              icon={<Download aria-hidden className="size-3.5" />}
              aria-label={`Download ${file.name}`}
              onClick={() => downloadText(file.name, file.text)}
            >
              Download
            </Button>
          </div>
          <CodeBlock label={file.name} code={file.text} scrolls />
        </section>
      ))}
      {isGateway && (
        <p className="max-w-prose text-muted text-sm">
          If the gateway runs on another machine, add its address to {productName}’s{" "}
          <Mono>TRUSTED_PROXIES</Mono>. Otherwise {productName} denies its requests.
        </p>
      )}
    </div>
  );
}

const serviceToken = (
  <>
    Give it one of the server's service tokens as <Mono>KEYWARD_SERVICE_TOKEN</Mono>.
  </>
);
const sdk = (
  <>
    Install <Mono>@keyward/sdk</Mono> from the folder <Mono>sdk</Mono> of the project.
  </>
);

const steps: Record<ProtectRecipe, ReactNode> = {
  nginx: (
    <>
      Save this in <Mono>/etc/nginx/conf.d/</Mono>, then run <Mono>nginx -t && nginx -s reload</Mono>.
    </>
  ),
  caddy: (
    <>
      Save this as your <Mono>Caddyfile</Mono>, then run <Mono>caddy reload</Mono>.
    </>
  ),
  haproxy: (
    <>
      Save both files in one folder and start HAProxy there: <Mono>haproxy -f haproxy.cfg</Mono>.
    </>
  ),
  traefik: (
    <>
      Save this where Traefik's file provider reads. It follows Traefik's reference, but our tests only run
      nginx, Caddy and HAProxy.
    </>
  ),
  envoy: (
    <>
      Start Envoy with it: <Mono>envoy -c envoy.yaml</Mono>. It follows Envoy's reference, but our tests only
      run nginx, Caddy and HAProxy.
    </>
  ),
  express: (
    <>
      {sdk} {serviceToken}
    </>
  ),
  fastify: (
    <>
      {sdk} {serviceToken}
    </>
  ),
  hono: (
    <>
      {sdk} {serviceToken}
    </>
  ),
  next: (
    <>
      {sdk} This is <Mono>app/files/route.js</Mono>. {serviceToken}
    </>
  ),
  node: (
    <>
      {sdk} {serviceToken}
    </>
  ),
  curl: (
    <>
      Check each request before you answer it, in any language. <Mono>SERVICE_TOKEN</Mono> is one of the
      server's service tokens, <Mono>API_KEY</Mono> the key that the client sent.
    </>
  ),
};

function Mono({ children }: { children: ReactNode }) {
  return <code className="font-mono text-sm">{children}</code>;
}
