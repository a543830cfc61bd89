import { parseBlock } from "@/lib/engine/request/client-address";

/** Whether every address of `inner` is also one of `outer`. An empty list is every address there is. */
export function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true;
  if (inner.length === 0) return false;
  return inner.every((block) => outer.some((around) => contains(around, block)));
}

function contains(outer: string, inner: string): boolean {
  // Read as a decision reads them, or a block could be let in here and mean more there.
  const [around, block] = [parseBlock(outer), parseBlock(inner)];
  if (!around || !block || around[0].kind() !== block[0].kind()) return false;
  return block[1] >= around[1] && block[0].match(around);
}
