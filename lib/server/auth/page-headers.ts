/** Set by the server process on what it hands to Next.js: the path and query of the page, for the way back after signing in. */
export const pathHeader = "x-keyward-path";
