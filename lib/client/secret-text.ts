import { hideKey, hideSecret, holdsWholeSecret, type SecretShape } from "@/lib/contracts/secret-shape";

let shapes: SecretShape[] | undefined;

/** The formats of the keys in use, which every page carries as `<meta name="key-formats" content="kw_sk_:44 …">`. */
function shapesInUse(): SecretShape[] {
  if (shapes || typeof document === "undefined") return shapes ?? [];
  const content = document.querySelector<HTMLMetaElement>('meta[name="key-formats"]')?.content;
  // The head may still be on its way: ask again then.
  if (content === undefined) return [];
  shapes = content.split(" ").map((text) => {
    const at = text.lastIndexOf(":");
    return { prefix: text.slice(0, at), length: Number(text.slice(at + 1)) };
  });
  return shapes;
}

/**
 * The value of a filter, or the hint of the API key that it holds. Nothing else may go into a URL or a query. Cursors and request
 * ids look random without being secret: among them only keys of the formats in use are recognized.
 */
export function withoutSecret(text: string, filter?: string): string {
  return filter === "cursor" || filter === "requestId"
    ? hideKey(text, shapesInUse())
    : hideSecret(text, shapesInUse());
}

/** The text for the field it is typed in: a whole key gives way to its hint at once, a beginning only when the field is left. */
export function typedWithoutSecret(text: string, filter?: string): string {
  return holdsWholeSecret(text, shapesInUse()) ? withoutSecret(text, filter) : text;
}
