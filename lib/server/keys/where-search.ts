import type { Prisma } from "../generated/prisma/client";

/**
 * Keys of which a row of the console shows the text: the name or the owner's name in part, the id, the hint's first or last
 * characters, or both as they are shown (`kw_sk_9f3A…x1Zq`). `%`, `_` and `\` are characters like any other.
 */
export function whereSearch(search: string): Prisma.ApiKeyWhereInput {
  const text = search.trim();
  if (text === "") return {};
  const part = { contains: literally(text), mode: "insensitive" } as const;
  const [first = "", last, ...others] = text.split(/…|\.\.\./);
  const hint =
    last === undefined || others.length > 0
      ? []
      : [{ prefix: { startsWith: literally(first) }, suffix: { endsWith: literally(last) } }];
  return {
    OR: [
      { name: part },
      { owner: { OR: [{ name: part }, { email: part }] } },
      { id: text },
      { prefix: { contains: literally(text) } },
      { suffix: { contains: literally(text) } },
      ...hint,
    ],
  };
}

/** Prisma hands these characters to LIKE as they are. */
function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
