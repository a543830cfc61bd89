// @ts-check
/**
 * How this service is protected must be set, not guessed: without its gateway it would believe any client's headers.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | { mode: "gateway", host: string, port: number }
 *   | { mode: "sdk", host: string, port: number, url: string, serviceToken: string }} A sentence if the service must not start.
 */
export function readSettings(env) {
  const port = Number(env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535) return "PORT must be a port number.";
  if (env.PROTECTED_BY === "gateway") {
    // Anyone who reaches this port can claim to be anyone, so only the gateway on this machine may reach it.
    if (env.HOST !== undefined && env.HOST !== "127.0.0.1")
      return "Behind a gateway this service listens on 127.0.0.1 alone: leave HOST out.";
    return { mode: "gateway", host: "127.0.0.1", port };
  }
  if (env.PROTECTED_BY === "sdk") {
    if (!env.KEYWARD_URL) return "KEYWARD_URL must say where Keyward answers.";
    if (!env.KEYWARD_SERVICE_TOKEN) return "KEYWARD_SERVICE_TOKEN must be one of Keyward's service tokens.";
    const host = env.HOST ?? "127.0.0.1";
    return { mode: "sdk", host, port, url: env.KEYWARD_URL, serviceToken: env.KEYWARD_SERVICE_TOKEN };
  }
  return 'PROTECTED_BY must be "gateway" or "sdk": without a guard this service does not start.';
}
