const forgetAfterMs = 700;

/** Finds an item by the first letters of its name. Repeating one letter cycles through its matches. */
export function createTypeahead() {
  let typed = "";
  let at = 0;

  return function find(key: string, names: readonly string[], current: number): number {
    if (key.length !== 1 || (key === " " && typed === "")) return -1;
    const now = Date.now();
    typed = now - at > forgetAfterMs ? key : typed + key;
    at = now;
    const wanted = /^(.)\1+$/u.test(typed) ? key.toLowerCase() : typed.toLowerCase();
    const first = wanted.length > 1 ? Math.max(current, 0) : current + 1;
    for (let step = 0; step < names.length; step += 1) {
      const index = (first + step) % names.length;
      if (names[index]?.toLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  };
}
