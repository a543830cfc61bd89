import { readFile } from "node:fs/promises";
import path from "node:path";
import { protectRecipes, type RecipeSources } from "@/lib/contracts/protect-recipes";

/**
 * Reads the source files of all recipes, by `source`.
 * @param projectRoot The folder with deploy/ and sdk/.
 */
export async function readRecipeSources(projectRoot: string): Promise<RecipeSources> {
  const sources = Object.values(protectRecipes).flatMap(({ files }) => files.map(({ source }) => source));
  const texts = await Promise.all(sources.map((source) => readSource(projectRoot, source)));
  return Object.fromEntries(sources.map((source, index) => [source, texts[index] as string]));
}

async function readSource(projectRoot: string, source: string): Promise<string> {
  const [file = "", block] = source.split("#");
  const text = await readFile(path.join(/* turbopackIgnore: true */ projectRoot, file), "utf8");
  if (block === undefined) return text;
  const blocks = [...text.matchAll(/```js\n(.*?)```/gs)].map(([, code = ""]) => code);
  const found = blocks.find((code) => code.split(/[\n:]/, 1)[0] === `// ${block}`);
  if (!found) throw new Error(`${file} has no example called ${block}.`);
  return found;
}
