/** A setting that stops the start. Its message is one line that names the variable and never shows a secret's value. */
export class EnvError extends Error {}
