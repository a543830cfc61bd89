import { hideSecret, type SecretShape } from "@/lib/contracts/secret-shape";

/** Replaces API keys in a URL's query with their hints, so that no key stays in the browser's history. */
export function pathWithoutSecret(path: string, shapes: readonly SecretShape[]): string {
  const at = path.indexOf("?");
  if (at < 0) return path;
  const parameters = new URLSearchParams(path.slice(at));
  let found = false;
  for (const [name, value] of [...parameters]) {
    const hidden = hideSecret(value, shapes);
    if (hidden === value) continue;
    parameters.set(name, hidden);
    found = true;
  }
  return found ? `${path.slice(0, at)}?${parameters}` : path;
}
