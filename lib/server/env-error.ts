/**
 * A setting that prevents the server from starting. The message is one line that names the variable and never shows a
 * secret.
 */
export class EnvError extends Error {}
