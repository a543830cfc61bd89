"use client";

// What floats above a page: menus, lists and tooltips. One script, loaded on the first hover or focus of something that has one.
export { MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator, Submenu } from "./menu-items";
export { MenuPanel } from "./menu-panel";
export { SelectList } from "./select-list";
export { Suggestions } from "./suggestions";
export { TooltipBubble } from "./tooltip-bubble";
