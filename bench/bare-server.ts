import { createServer } from "node:http";

/** What there is to compare with: the same server with the same settings, answering 200 without looking at anything. */
createServer(
  { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
  (_request, response) => {
    response.writeHead(200, { "Content-Length": 0 });
    response.end();
  },
).listen(Number(process.env.PORT), "127.0.0.1");
