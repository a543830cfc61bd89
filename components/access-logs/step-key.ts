/** What a key does in a list: 1 is the next entry (J), -1 the previous one (K), 0 neither. Typing in a field is neither. */
export function stepKey(event: KeyboardEvent): -1 | 0 | 1 {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return 0;
  if ((event.target as HTMLElement).closest("input, textarea, select, [role=combobox], [role=slider]"))
    return 0;
  return event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
}
