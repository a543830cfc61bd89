/** The path and query of the page, set by the server process on requests to Next.js, for returning there after sign-in. */
export const pathHeader = "x-keyward-path";
