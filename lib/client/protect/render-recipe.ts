import { type ProtectRecipe, protectRecipes, type RecipeSources } from "@/lib/contracts/protect-recipes";
import { put } from "./put";
import type { RecipeSettings, Render } from "./recipe-settings";
import { renderCaddy, renderEnvoy, renderHaproxy, renderNginx, renderTraefik } from "./render-gateway";
import { renderSdk } from "./render-sdk";

export type RenderedFile = { name: string; text: string };

/** The finished files of a recipe: the ones that are shipped and tested, with these addresses in place of theirs. */
export function renderRecipe(
  recipe: ProtectRecipe,
  sources: RecipeSources,
  settings: RecipeSettings,
): RenderedFile[] {
  return protectRecipes[recipe].files.map(({ name, source }) => {
    const text = sources[source];
    if (text === undefined) throw new Error(`The original of ${name} is missing.`);
    return { name, text: renders[recipe](text, settings) };
  });
}

/** Envoy's question carries its own path and no parameters, so it cannot say whose keys are meant (HTTP.md §6). */
export function canKeepToWorkspace(recipe: ProtectRecipe): boolean {
  return recipe !== "envoy";
}

const renders: Record<ProtectRecipe, Render> = {
  nginx: renderNginx,
  caddy: renderCaddy,
  haproxy: renderHaproxy,
  traefik: renderTraefik,
  envoy: renderEnvoy,
  express: renderSdk,
  fastify: renderSdk,
  hono: renderSdk,
  next: renderSdk,
  node: renderSdk,
  curl: renderCurl,
};

function renderCurl(text: string, { keyward, workspaceId }: RecipeSettings): string {
  const asked = put(text, "http://127.0.0.1:3000", keyward[0].origin);
  return workspaceId ? put(asked, '"}', `", "workspace_id": "${workspaceId}"}`) : asked;
}
