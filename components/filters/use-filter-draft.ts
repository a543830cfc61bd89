import { useEffect, useEffectEvent, useState } from "react";
import { typedWithoutSecret, withoutSecret } from "@/lib/client/secret-text";

/**
 * What is being typed, ahead of the value in force; a value that changes elsewhere (the Back button) replaces it. The echo of
 * what was reported from here does not: more may have been typed since. An API key is never reported, only its hint, which also
 * takes the key's place in the field.
 */
export function useFilterDraft(value: string, onValueChange: (value: string) => void, filter?: string) {
  const [draft, setDraft] = useState(value);
  const [told, setTold] = useState(value);
  const [seen, setSeen] = useState(value);
  const safe = withoutSecret(draft, filter);
  const tell = useEffectEvent(onValueChange);

  if (seen !== value) {
    setSeen(value);
    if (value !== told) {
      setTold(value);
      setDraft(value);
    }
  }

  useEffect(() => {
    if (safe === told) return;
    const timer = setTimeout(() => {
      setTold(safe);
      tell(safe);
    }, 250);
    return () => clearTimeout(timer);
  }, [safe, told]);

  function settle() {
    setDraft(safe);
    if (safe === told) return;
    setTold(safe);
    onValueChange(safe);
  }

  return { draft, type: (text: string) => setDraft(typedWithoutSecret(text, filter)), settle };
}
