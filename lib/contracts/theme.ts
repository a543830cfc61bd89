export const themeNames = ["system", "light", "dark"] as const;
export type Theme = (typeof themeNames)[number];

/** The server reads this cookie to render pages in the theme. The page and the sign-in write it. */
export const themeCookieName = "theme";
export const themeCookieSeconds = 31_536_000;
