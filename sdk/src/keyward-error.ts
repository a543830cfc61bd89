/** What goes wrong between this service and Keyward. No message holds a key or the service token. */
export class KeywardError extends Error {
  override name = "KeywardError";
}

/** Keyward could not be asked, or could not decide: nobody knows whether the key is good, so nobody passes. */
export class KeywardUnavailableError extends KeywardError {
  override name = "KeywardUnavailableError";
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

/** Keyward refused the question itself: a wrong service token, or an option that is not understood. Asking again does not help. */
export class KeywardConfigurationError extends KeywardError {
  override name = "KeywardConfigurationError";
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}
