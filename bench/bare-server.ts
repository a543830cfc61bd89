import { createServer } from "node:http";

/** The baseline: the same server with the same settings, which answers 200 without any work. */
createServer(
  { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
  (_request, response) => {
    response.writeHead(200, { "Content-Length": 0 });
    response.end();
  },
).listen(Number(process.env.PORT), "127.0.0.1");
