import type { Address } from "./parse-address";

export type RecipeSettings = {
  keyward: Address;
  /** The API to protect. */
  api: Address;
  /** Only this workspace's keys pass; null for every workspace's. */
  workspaceId: string | null;
};

/** Writes settings into the original of a file. */
export type Render = (text: string, settings: RecipeSettings) => string;
