"use client";

import { useState } from "react";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { type Address, parseAddress } from "@/lib/client/protect/parse-address";
import { canKeepToWorkspace, renderRecipe } from "@/lib/client/protect/render-recipe";
import type { ProtectRecipe, RecipeSources } from "@/lib/contracts/protect-recipes";
import type { Workspace } from "@/lib/contracts/workspaces";
import { ProtectSettings } from "./protect-settings";
import { PutInPlace } from "./put-in-place";
import { TryIt } from "./try-it";

/** From "which gateway?" to the first request that passed it, on one page. What it writes out are the tested files themselves. */
export function ProtectScreen({
  workspace,
  sources,
  keywardOrigin,
  productName,
  hasServiceToken,
  openedAt,
}: {
  workspace: Workspace;
  sources: RecipeSources;
  keywardOrigin: string;
  productName: string;
  hasServiceToken: boolean;
  openedAt: string;
}) {
  const [recipe, setRecipe] = useState<ProtectRecipe>("nginx");
  const [typed, setTyped] = useState("http://127.0.0.1:4000");
  const [onlyOurs, setOnlyOurs] = useState(true);
  // While an address is half typed, the files go on with the last whole one.
  const [api, setApi] = useState(() => parseAddress("http://127.0.0.1:4000") as Address);

  const address = parseAddress(typed);
  const error = typeof address === "string" ? address : sameAs(keywardOrigin, address, productName);
  function type(text: string) {
    setTyped(text);
    const read = parseAddress(text);
    if (typeof read !== "string" && !sameAs(keywardOrigin, read, productName)) setApi(read);
  }

  const bound = onlyOurs && canKeepToWorkspace(recipe);
  const files = renderRecipe(recipe, sources, {
    keyward: parseAddress(keywardOrigin) as Address,
    api,
    workspaceId: bound ? workspace.id : null,
  });

  return (
    <>
      <PageHeader title="Protect an API">
        Let {productName} check each key before your API sees the request. Choose where that happens, put the
        configuration in place, and make a request.
      </PageHeader>
      <div className="grid gap-6">
        <Section title="1. Choose where keys are checked">
          <ProtectSettings
            recipe={recipe}
            onRecipe={setRecipe}
            address={typed}
            addressError={error}
            onAddress={type}
            workspaceName={workspace.name}
            onlyOurs={onlyOurs}
            onOnlyOurs={setOnlyOurs}
          />
        </Section>
        <Section title="2. Put it in place">
          <PutInPlace
            recipe={recipe}
            files={files}
            productName={productName}
            hasServiceToken={hasServiceToken}
          />
        </Section>
        <Section title="3. Try it">
          <TryIt workspaceSlug={workspace.slug} openedAt={openedAt} recipe={recipe} api={api} />
        </Section>
      </div>
    </>
  );
}

function sameAs(keywardOrigin: string, address: Address, productName: string): string | undefined {
  if (address.origin !== keywardOrigin) return undefined;
  return `This is ${productName}'s own address. Enter your API's.`;
}
