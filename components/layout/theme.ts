import { type Theme, themeCookieName, themeCookieSeconds } from "@/lib/contracts/theme";

export const themes = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** Reads the theme cookie. Unknown values mean the system's theme. */
export function readTheme(cookie: string | undefined): Theme {
  return cookie === "light" || cookie === "dark" ? cookie : "system";
}

/** Applies the theme and stores it in a cookie, so that the server renders the next page without a flash. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we support.
  document.cookie = `${themeCookieName}=${theme}; Path=/; Max-Age=${theme === "system" ? 0 : themeCookieSeconds}; SameSite=Lax${secure}`;
}
