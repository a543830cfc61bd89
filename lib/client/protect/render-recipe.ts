import { type ProtectRecipe, protectRecipes, type RecipeSources } from "@/lib/contracts/protect-recipes";
import { put } from "./put";
import type { RecipeSettings, Render } from "./recipe-settings";
import { renderCaddy, renderEnvoy, renderHaproxy, renderNginx, renderTraefik } from "./render-gateway";
import { renderSdk } from "./render-sdk";

export type RenderedFile = { name: string; text: string };

/** The files of a recipe, as shipped and tested, with these settings written into them. */
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

/** Envoy appends the client's path to its own and cannot add parameters, so it cannot name a workspace. */
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
