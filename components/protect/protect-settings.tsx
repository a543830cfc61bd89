"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { canKeepToWorkspace } from "@/lib/client/protect/render-recipe";
import type { TypedValue } from "@/lib/client/use-typed-value";
import { type ProtectRecipe, protectRecipes } from "@/lib/contracts/protect-recipes";
import { RecipeChoice } from "./recipe-choice";

export function ProtectSettings({
  recipe,
  onRecipe,
  productName,
  keyward,
  api,
  workspaceName,
  onlyThisWorkspace,
  onOnlyThisWorkspace,
  browsers,
  onBrowsers,
}: {
  recipe: ProtectRecipe;
  onRecipe: (recipe: ProtectRecipe) => void;
  productName: string;
  keyward: TypedValue<unknown>;
  api: TypedValue<unknown>;
  workspaceName: string;
  onlyThisWorkspace: boolean;
  onOnlyThisWorkspace: (onlyThisWorkspace: boolean) => void;
  browsers: boolean;
  onBrowsers: (browsers: boolean) => void;
}) {
  const { kind } = protectRecipes[recipe];
  const bindable = canKeepToWorkspace(recipe);
  return (
    <div className="grid gap-5">
      <RecipeChoice value={recipe} onValueChange={onRecipe} />
      {kind !== "http" && <AddressField label="Address of your API" hint={addressHints[kind]} typed={api} />}
      {kind === "gateway" && (
        <AddressField
          label={`Address of ${productName}`}
          hint="If you run several instances, enter the address of each, separated by commas."
          typed={keyward}
        />
      )}
      <Checkbox
        label={`Only ${workspaceName}'s keys`}
        hint={
          bindable
            ? "Keys of other workspaces are denied."
            : "Envoy can’t check this. Compare X-Keyward-Workspace-Id in your API instead."
        }
        disabled={!bindable}
        checked={bindable && onlyThisWorkspace}
        onChange={(event) => onOnlyThisWorkspace(event.target.checked)}
      />
      {kind === "gateway" && (
        <Checkbox
          label="Web pages call this API"
          hint={
            <>
              {productName} answers CORS preflights, which carry no key, for the origins in{" "}
              <code className="font-mono">API_CORS_ORIGINS</code>.
            </>
          }
          checked={browsers}
          onChange={(event) => onBrowsers(event.target.checked)}
        />
      )}
    </div>
  );
}

function AddressField({ label, hint, typed }: { label: string; hint: string; typed: TypedValue<unknown> }) {
  return (
    <div className="max-w-100">
      <Field label={label} error={typed.error} hint={hint}>
        <TextInput
          mono
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={typed.text}
          onChange={(event) => typed.onText(event.target.value)}
        />
      </Field>
    </div>
  );
}

const addressHints = {
  gateway: "The address that the gateway sends requests to. Only the gateway should be able to reach it.",
  sdk: "The address that your API listens on.",
};
