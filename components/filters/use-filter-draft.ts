import { useEffect, useEffectEvent, useState } from "react";
import { typedWithoutSecret, withoutSecret } from "@/lib/client/secret-text";

/**
 * The text being typed, reported after 250 ms. A value that changes elsewhere, such as by the Back button, replaces the text; a
 * value that this hook reported does not, as more may have been typed since. An API key is replaced with its hint and never
 * reported.
 */
export function useFilterDraft(value: string, onValueChange: (value: string) => void, filter?: string) {
  const [draft, setDraft] = useState(value);
  const [reported, setReported] = useState(value);
  const [seen, setSeen] = useState(value);
  const safe = withoutSecret(draft, filter);
  const report = useEffectEvent(onValueChange);

  if (seen !== value) {
    setSeen(value);
    if (value !== reported) {
      setReported(value);
      setDraft(value);
    }
  }

  useEffect(() => {
    if (safe === reported) return;
    const timer = setTimeout(() => {
      setReported(safe);
      report(safe);
    }, 250);
    return () => clearTimeout(timer);
  }, [safe, reported]);

  function settle() {
    setDraft(safe);
    if (safe === reported) return;
    setReported(safe);
    onValueChange(safe);
  }

  return { draft, type: (text: string) => setDraft(typedWithoutSecret(text, filter)), settle };
}
