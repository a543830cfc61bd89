"use client";

import Link from "next/link";
import { CodeBlock } from "@/components/ui/code-block";
import type { Address } from "@/lib/client/protect/parse-address";
import { type ProtectRecipe, protectRecipes } from "@/lib/contracts/protect-recipes";
import { FirstDecisionLine } from "./first-decision-line";

export function TryIt({
  workspaceSlug,
  openedAt,
  recipe,
  api,
}: {
  workspaceSlug: string;
  openedAt: string;
  recipe: ProtectRecipe;
  api: Address;
}) {
  const command = tryCommand(recipe, api);
  return (
    <div className="grid gap-4">
      <p className="max-w-prose">
        {command ? "Make a request with one of your " : "Run the program above with one of your "}
        <Link
          className="text-accent underline underline-offset-2"
          href={`/${workspaceSlug}/settings/api/keys`}
        >
          API keys
        </Link>{" "}
        as <code className="font-mono text-sm">API_KEY</code>.
      </p>
      {command && <CodeBlock label="request" code={command} />}
      <FirstDecisionLine workspaceSlug={workspaceSlug} openedAt={openedAt} />
    </div>
  );
}

/** A request to the path that the example serves; null if the example itself is the request. */
function tryCommand(recipe: ProtectRecipe, api: Address): string | null {
  const { kind } = protectRecipes[recipe];
  if (kind === "http") return null;
  const path = recipe === "next" ? "/files" : "/v1/files";
  const through = kind === "gateway" ? "http://127.0.0.1:8000" : api.origin;
  return `curl -i ${through}${path} -H "x-api-key: $API_KEY"`;
}
