import { useState } from "react";
import type { Selection } from "@/components/ui/data-table-column";
import type { Viewer } from "@/lib/client/key-rights";
import { mayChangeKey } from "@/lib/client/may-change-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { keySelection } from "./load-dialogs";

const none: ReadonlySet<string> = new Set();

/**
 * The selected keys of a list, and the checkboxes for it. Only keys that the viewer may revoke can be selected.
 * @param filters What the list shows. A selection ends with the filters that it was made under.
 */
export function useKeySelection(keys: readonly ApiKey[], viewer: Viewer, filters: string) {
  const [selection, setSelection] = useState({ filters, ids: none });
  const ids = selection.filters === filters ? selection.ids : none;
  const selectable = keys.filter((key) => mayChangeKey(viewer, key));
  const selected = selectable.filter(({ id }) => ids.has(id));
  const select = (keyIds: Iterable<string>) => setSelection({ filters, ids: new Set(keyIds) });

  function toggle(some: readonly ApiKey[], chosen: boolean) {
    const next = new Set(selected.map(({ id }) => id));
    for (const { id } of some)
      if (chosen) next.add(id);
      else next.delete(id);
    select(next);
    // Says so if the toolbar can't be loaded.
    keySelection.whenLoaded(() => {});
  }

  const box = (label: string, some: readonly ApiKey[]) => (
    // The label is the area to touch.
    <label className="block w-fit max-sm:p-2.5">
      <input
        type="checkbox"
        aria-label={label}
        disabled={some.length === 0}
        checked={some.length > 0 && some.every(({ id }) => ids.has(id))}
        onChange={(event) => toggle(some, event.target.checked)}
        className="block size-4 accent-accent"
      />
    </label>
  );
  const boxes: Selection<ApiKey> = {
    all: box("Select all", selectable),
    one: (key) => (selectable.includes(key) ? box(`Select ${key.name}`, [key]) : null),
  };
  return { selected, select, boxes };
}
