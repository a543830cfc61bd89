import type { Address } from "./parse-address";

export type RecipeSettings = {
  /** The address of each instance of Keyward. */
  keyward: readonly [Address, ...Address[]];
  /** The API to protect. */
  api: Address;
  /** Whether web pages call the API. Keyward then answers their CORS preflights. */
  browsers: boolean;
  /** Only keys of this workspace pass; null for all workspaces. */
  workspaceId: string | null;
};

/** Writes the settings into a shipped file. */
export type Render = (text: string, settings: RecipeSettings) => string;
