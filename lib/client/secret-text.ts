import { hideKey, hideSecret, holdsWholeSecret, type SecretShape } from "@/lib/contracts/secret-shape";

let shapes: SecretShape[] | undefined;

/** The key formats in use, from `<meta name="key-formats" content="kw_sk_:44 …">` in every page. */
function shapesInUse(): SecretShape[] {
  if (shapes || typeof document === "undefined") return shapes ?? [];
  const content = document.querySelector<HTMLMetaElement>('meta[name="key-formats"]')?.content;
  // The head may not have been parsed yet, so don't cache this.
  if (content === undefined) return [];
  shapes = content.split(" ").map((text) => {
    const at = text.lastIndexOf(":");
    return { prefix: text.slice(0, at), length: Number(text.slice(at + 1)) };
  });
  return shapes;
}

/**
 * Replaces an API key in a filter's value with its hint, so that the value may go into a URL or a query. Cursors and request ids
 * look random, too: in those, only keys in the formats in use are recognized.
 */
export function withoutSecret(text: string, filter?: string): string {
  return filter === "cursor" || filter === "requestId"
    ? hideKey(text, shapesInUse())
    : hideSecret(text, shapesInUse());
}

/** For a field being typed into: replaces a whole key immediately, but a partial one only when the field loses the focus. */
export function typedWithoutSecret(text: string, filter?: string): string {
  return holdsWholeSecret(text, shapesInUse()) ? withoutSecret(text, filter) : text;
}
