/** The environment of a key that was created without one. Its keys can manage keys and event subscriptions of every environment. */
export const defaultEnvironment = "production";
