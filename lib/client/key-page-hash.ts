/** Fragments of the URL of a key's page that open one of its dialogs, for those who may use it. */
export const keyPageHash = {
  rotate: "#rotate",
  permissions: "#permissions",
  extend: "#extend",
  edit: "#edit",
};
export type KeyPageDialog = keyof typeof keyPageHash;
