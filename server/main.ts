import cluster from "node:cluster";
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import next from "next";
import { EnvError, parseEnv } from "@/lib/server/env";
import { Deliverer } from "@/lib/server/events/deliverer";
import { errorResponse } from "@/lib/server/http/error-response";
import { maskSecrets } from "@/lib/server/mask-secrets";
import { programVersion } from "@/lib/server/version";
import { seedDemo } from "@/prisma/seed";
import { compressed } from "./compress";
import { prepareForConsole } from "./console-requests";
import { createServer } from "./create-server";
import { giveBuiltConfig } from "./give-built-config";
import { startJobs } from "./jobs";
import { logConsole } from "./log-console";
import { releaseAll } from "./release-all";
import { requireEncryptionKeys } from "./require-encryption-keys";
import { writeResponse } from "./routes/node-http";
import type { RequestFacts } from "./routes/request-facts";
import { listen, stopOnSignal } from "./shutdown";
import { projectRoot, startRuntime } from "./start-runtime";
import { answerUnavailable, isPagePath } from "./unavailable-page";
import { welcome } from "./welcome";
import { isFirstWorker, shareFailures, superviseWorkers, takeConnections } from "./workers";

const development = process.argv.includes("--dev");
let mask = maskSecrets([]);

try {
  await main();
} catch (error) {
  // One sentence for the operator; the stack only while developing.
  const message =
    error instanceof EnvError || !development
      ? `Keyward cannot start: ${(error as Error).message}`
      : (error as Error).stack;
  process.stderr.write(`${mask(String(message))}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const env = parseEnv(process.env);
  mask = maskSecrets(env.secrets);
  // Next.js's hot reload works with one process only.
  if (env.workers > 1 && cluster.isPrimary && !development) return superviseWorkers(env);
  const { server, stop } = await startRuntime(env, (sentence) => process.stderr.write(`${sentence}\n`));
  if (cluster.isWorker) shareFailures(server.engine.failureLimiter);
  if (!development) logConsole(server.log);
  // next-auth would read these; only our own variables may count.
  for (const name of ["AUTH_URL", "NEXTAUTH_URL", "AUTH_TRUST_HOST"]) delete process.env[name];
  let answerPage: (request: IncomingMessage, response: ServerResponse) => unknown;
  const answerConsole = async (request: IncomingMessage, response: ServerResponse, facts: RequestFacts) => {
    if (isPagePath(facts.path) && !server.engine.leaseKeeper.holdsLease)
      return answerUnavailable(response, env);
    prepareForConsole(request, response, facts, env, development);
    await answerPage(request, response);
  };
  const httpServer = createServer(
    () => server,
    (request, response, facts) => {
      answerConsole(request, response, facts).catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        const answer = errorResponse(error, facts.requestId, server);
        void writeResponse(response, answer, request.method === "HEAD");
      });
    },
  );
  // Stop in reverse order: what was started last comes first.
  const started: (() => unknown)[] = [stop];
  const release = releaseAll(started);
  try {
    await requireEncryptionKeys(server);
    if (isFirstWorker() && !env.local && !env.smtpUrl)
      server.log.warn(
        "SMTP_URL is not set: sign-up is closed, no mail is sent, and only the command line can reset passwords. Set SMTP_URL to your mail server",
      );
    await server.engine.accessLog.start();
    started.unshift(() => server.engine.accessLog.close());
    if (server.otlp) {
      const { exporter } = server.otlp;
      exporter.start();
      started.unshift(() => exporter.stop());
    }
    await server.engine.leaseKeeper.start();
    started.unshift(() => server.engine.leaseKeeper.stop());
    const deliverer = new Deliverer(server.log);
    deliverer.start();
    started.unshift(() => deliverer.stop());
    // So that a restart forgets no use. Nothing depends on it, so it may fail.
    started.unshift(() => server.serviceTokenUses.store(server.pool).catch(() => {}));
    const stopJobs = startJobs(server);
    started.unshift(stopJobs);
    if (!development) giveBuiltConfig(projectRoot());
    const pages = next({
      dev: development,
      dir: projectRoot(),
      hostname: env.host,
      port: env.port,
      // Next.js adds a listener for `upgrade` to this server, and leaves unknown upgrades open. Without a listener, node:http
      // answers an upgrade as a normal request. So in production Next.js gets a server that nothing connects to.
      httpServer: development ? httpServer : new Server(),
    });
    await pages.prepare();
    // Jobs stop before everything else, because they use the rest.
    started.splice(1, 0, () => pages.close());
    const answerByNext = pages.getRequestHandler();
    answerPage = development ? answerByNext : compressed(projectRoot(), answerByNext);
    await (cluster.isWorker ? takeConnections(httpServer) : listen(httpServer, env));

    const { port, host } = env;
    server.log.info({ node: process.versions.node, host, port }, `Keyward ${programVersion} started`);
    stopOnSignal(httpServer, server, release);
    if (isFirstWorker()) welcome(env, process.argv.includes("--demo") ? await seedDemo() : null);
  } catch (error) {
    // Report why the start failed, not an error during cleanup.
    await release().catch(() => {});
    throw error;
  }
}
