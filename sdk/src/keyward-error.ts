/** An error between this service and Keyward. No message contains a key or the service token. */
export class KeywardError extends Error {
  override name = "KeywardError";
}

/** Keyward could not be reached, or could not decide, so no request passes. */
export class KeywardUnavailableError extends KeywardError {
  override name = "KeywardUnavailableError";
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

/** Keyward refused the question itself, because of a wrong service token or an invalid option. Asking again doesn't help. */
export class KeywardConfigurationError extends KeywardError {
  override name = "KeywardConfigurationError";
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}
