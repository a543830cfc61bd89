import type { Address } from "./parse-address";

export type RecipeSettings = {
  /** Of each instance of Keyward. */
  keyward: readonly [Address, ...Address[]];
  /** The API to protect. */
  api: Address;
  /** Whether pages in browsers call the API: then Keyward answers their CORS preflights. */
  browsers: boolean;
  /** Only this workspace's keys pass; null for every workspace's. */
  workspaceId: string | null;
};

/** Writes settings into the original of a file. */
export type Render = (text: string, settings: RecipeSettings) => string;
