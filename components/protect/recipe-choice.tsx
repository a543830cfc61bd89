"use client";

import { useId } from "react";
import { type ProtectRecipe, protectRecipeIds, protectRecipes } from "@/lib/contracts/protect-recipes";

const groups = [
  { kind: "gateway", label: "At a gateway", hint: "any language, no code" },
  { kind: "sdk", label: "In your code", hint: "Node.js, with the SDK" },
  { kind: "http", label: "Over HTTP", hint: "everything else" },
] as const;

export function RecipeChoice({
  value,
  onValueChange,
}: {
  value: ProtectRecipe;
  onValueChange: (recipe: ProtectRecipe) => void;
}) {
  const id = useId();
  return (
    <div role="radiogroup" aria-label="Where keys are checked" className="grid gap-3">
      {groups.map(({ kind, label, hint }) => (
        <div key={kind} className="grid items-center gap-x-4 gap-y-1.5 sm:grid-cols-[10.5rem_minmax(0,1fr)]">
          <p className="grid">
            <span className="font-medium">{label}</span>
            <span className="text-muted text-sm">{hint}</span>
          </p>
          <div className="flex flex-wrap gap-2">
            {protectRecipeIds
              .filter((recipe) => protectRecipes[recipe].kind === kind)
              .map((recipe) => (
                <label
                  key={recipe}
                  className="relative inline-flex h-9 items-center rounded-control border border-field/60 bg-surface px-3 transition-colors duration-150 hover:border-field has-checked:border-accent has-checked:bg-accent/10 has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 max-sm:h-11"
                >
                  <input
                    type="radio"
                    name={id}
                    value={recipe}
                    checked={recipe === value}
                    onChange={() => onValueChange(recipe)}
                    className="absolute inset-0 appearance-none outline-none"
                  />
                  {protectRecipes[recipe].label}
                </label>
              ))}
          </div>
        </div>
      ))}
    </div>
  );
}
