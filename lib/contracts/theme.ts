export const themeNames = ["system", "light", "dark"] as const;
export type Theme = (typeof themeNames)[number];

/** Read by the server, which draws each page in it, and written by the page and by signing in. */
export const themeCookieName = "theme";
export const themeCookieSeconds = 31_536_000;
