"use client";

import { useState } from "react";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { type Address, parseAddress, parseAddresses } from "@/lib/client/protect/parse-address";
import { canKeepToWorkspace, renderRecipe } from "@/lib/client/protect/render-recipe";
import { useTypedValue } from "@/lib/client/use-typed-value";
import { type ProtectRecipe, protectRecipes, type RecipeSources } from "@/lib/contracts/protect-recipes";
import type { Workspace } from "@/lib/contracts/workspaces";
import { ProtectSettings } from "./protect-settings";
import { PutInPlace } from "./put-in-place";
import { TryIt } from "./try-it";

/** From choosing a gateway to the first request through it. The tests run the same files that it shows. */
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
  const [onlyThisWorkspace, setOnlyThisWorkspace] = useState(true);
  const [browsers, setBrowsers] = useState(false);
  const keyward = useTypedValue(keywardOrigin, parseAddresses);
  const api = useTypedValue("http://127.0.0.1:4000", (text) => {
    const address = parseAddress(text);
    if (typeof address === "string" || !isAmong(keyward.value, keywardOrigin, address)) return address;
    return `This is ${productName}’s own address. Enter your API’s.`;
  });

  const bound = onlyThisWorkspace && canKeepToWorkspace(recipe);
  const files = renderRecipe(recipe, sources, {
    keyward:
      protectRecipes[recipe].kind === "gateway" ? keyward.value : [parseAddress(keywardOrigin) as Address],
    browsers,
    api: api.value,
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
            productName={productName}
            keyward={keyward}
            api={api}
            workspaceName={workspace.name}
            onlyThisWorkspace={onlyThisWorkspace}
            onOnlyThisWorkspace={setOnlyThisWorkspace}
            browsers={browsers}
            onBrowsers={setBrowsers}
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
          <TryIt workspaceSlug={workspace.slug} openedAt={openedAt} recipe={recipe} api={api.value} />
        </Section>
      </div>
    </>
  );
}

function isAmong(instances: readonly Address[], keywardOrigin: string, { origin }: Address): boolean {
  return origin === keywardOrigin || instances.some((instance) => instance.origin === origin);
}
