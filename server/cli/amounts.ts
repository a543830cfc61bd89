import { type SealedKind, sealedColumns, sealedKinds } from "@/lib/server/encryption-keys/sealed-columns";

/** `2 authenticator apps and 1 queued mail`, or `nothing`. */
export function amountsOf(numbers: Readonly<Record<SealedKind, number>>): string {
  const parts = sealedKinds
    .filter((kind) => numbers[kind] > 0)
    .map((kind) => amountOf(numbers[kind], sealedColumns[kind].nouns));
  return parts.length > 0 ? new Intl.ListFormat("en-US").format(parts) : "nothing";
}

export function amountOf(number: number, [one, several]: readonly [string, string]): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : several}`;
}

export function sumOf(numbers: Readonly<Record<SealedKind, number>>): number {
  return sealedKinds.reduce((sum, kind) => sum + numbers[kind], 0);
}

/** One number of each kind. */
export function eachKind(numberOf: (kind: SealedKind) => number): Record<SealedKind, number> {
  return Object.fromEntries(sealedKinds.map((kind) => [kind, numberOf(kind)])) as Record<SealedKind, number>;
}
