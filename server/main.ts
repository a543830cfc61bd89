import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import next from "next";
import { EnvError, parseEnv } from "@/lib/server/env";
import { errorResponse } from "@/lib/server/http/error-response";
import { seedDemo } from "@/prisma/seed";
import { answerAway, isPagePath } from "./away-page";
import { prepareForConsole } from "./console-requests";
import { keepAliveSeconds } from "./head-text";
import { startJobs } from "./jobs";
import { writeResponse } from "./node-http";
import { answerOwnRoute } from "./own-routes";
import { factsOf, type RequestFacts } from "./request-facts";
import { listen, stopOnSignal } from "./shutdown";
import { projectRoot, startRuntime } from "./start-runtime";
import { welcome } from "./welcome";

const development = process.argv.includes("--dev");

try {
  await main();
} catch (error) {
  // A person reads this: one sentence for what they can mend, the stack for what only we can.
  console.error(
    error instanceof EnvError || !development ? `Keyward cannot start: ${(error as Error).message}` : error,
  );
  process.exit(1);
}

async function main(): Promise<void> {
  const env = parseEnv(process.env);
  const { server, stop } = await startRuntime(env, (sentence) => console.error(sentence));
  // next-auth reads its own variables; ours are the only ones.
  for (const name of ["AUTH_URL", "NEXTAUTH_URL", "AUTH_TRUST_HOST"]) delete process.env[name];
  const httpServer = createServer({
    requestTimeout: 30_000,
    headersTimeout: 15_000,
    keepAliveTimeout: keepAliveSeconds * 1000,
  });
  try {
    await server.accessLog.start();
    await server.leaseKeeper.start();
    const stopJobs = await startJobs(server);
    const pages = next({
      dev: development,
      dir: projectRoot(),
      hostname: env.host,
      port: env.port,
      httpServer,
    });
    await pages.prepare();
    const answerPage = pages.getRequestHandler();

    const answerConsole = async (request: IncomingMessage, response: ServerResponse, facts: RequestFacts) => {
      if (isPagePath(facts.path) && !server.leaseKeeper.holdsLease) return answerAway(response, env);
      prepareForConsole(request, response, facts, env, development);
      await answerPage(request, response);
    };
    httpServer.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const facts = factsOf(request, env);
      if (answerOwnRoute(request, response, facts, server)) return;
      answerConsole(request, response, facts).catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        void writeResponse(
          response,
          errorResponse(error, facts.requestId, server),
          request.method === "HEAD",
        );
      });
    });
    await listen(httpServer, env);

    stopOnSignal(httpServer, async () => {
      stopJobs();
      await pages.close();
      await server.leaseKeeper.stop();
      await server.accessLog.close();
      await stop();
    });
    welcome(env, process.argv.includes("--demo") ? await seedDemo() : null);
  } catch (error) {
    await stop();
    throw error;
  }
}
