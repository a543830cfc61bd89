"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { canKeepToWorkspace } from "@/lib/client/protect/render-recipe";
import { type ProtectRecipe, protectRecipes } from "@/lib/contracts/protect-recipes";
import { RecipeChoice } from "./recipe-choice";

/** The three questions whose answers the files are written from. */
export function ProtectSettings({
  recipe,
  onRecipe,
  address,
  addressError,
  onAddress,
  workspaceName,
  onlyOurs,
  onOnlyOurs,
}: {
  recipe: ProtectRecipe;
  onRecipe: (recipe: ProtectRecipe) => void;
  address: string;
  addressError: string | undefined;
  onAddress: (address: string) => void;
  workspaceName: string;
  onlyOurs: boolean;
  onOnlyOurs: (onlyOurs: boolean) => void;
}) {
  const { kind } = protectRecipes[recipe];
  const bindable = canKeepToWorkspace(recipe);
  return (
    <div className="grid gap-5">
      <RecipeChoice value={recipe} onValueChange={onRecipe} />
      {kind !== "http" && (
        <div className="max-w-100">
          <Field label="Address of your API" error={addressError} hint={addressHints[kind]}>
            <TextInput
              mono
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              value={address}
              onChange={(event) => onAddress(event.target.value)}
            />
          </Field>
        </div>
      )}
      <Checkbox
        label={`Only ${workspaceName}'s keys`}
        hint={
          bindable
            ? "Keys of other workspaces are refused."
            : "Envoy cannot ask for this: compare X-Keyward-Workspace-Id in your API."
        }
        disabled={!bindable}
        checked={bindable && onlyOurs}
        onChange={(event) => onOnlyOurs(event.target.checked)}
      />
    </div>
  );
}

const addressHints = {
  gateway: "Where it answers the gateway. Nobody else may reach it there.",
  sdk: "Where it listens.",
};
