import { connect, type Socket } from "node:net";
import type { LoadPlan, LoadResult } from "./load-plan";

/**
 * The load generator. It writes prepared requests to sockets and parses as little of a response as possible. A client as expensive
 * as the server would distort the results, because it shares its CPU with PostgreSQL.
 */
process.once("message", (plan: LoadPlan) => {
  ask(plan).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: Error) => process.send?.({ error: error.message }, () => process.exit(1)),
  );
});

async function ask(plan: LoadPlan): Promise<LoadResult> {
  const requests = plan.requests.map((text) => Buffer.from(text, "latin1"));
  const latencies: number[] = [];
  let sent = 0;
  let answers = 0;
  let counting = false;
  let failed: Error | null = null;
  const fail = (error: Error) => {
    failed ??= error;
  };
  const nextRequest = () => requests[sent++ % requests.length] as Buffer;
  const answered = (milliseconds: number) => {
    answers += 1;
    if (counting) latencies.push(milliseconds);
  };
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, (_, index) =>
      openConnection(plan.ports[index % plan.ports.length] as number, plan.statuses, answered, fail),
    ),
  );

  let stopped = false;
  if (plan.rate === null) {
    for (const connection of connections) {
      connection.onFree = () => {
        if (!stopped && !failed) connection.send(nextRequest());
      };
      connection.onFree();
    }
  } else sendSteadily(connections, plan.rate, nextRequest, () => stopped || failed !== null);

  const usage = process.cpuUsage();
  await seconds(plan.leadSeconds);
  counting = true;
  const start = performance.now();
  await seconds(plan.seconds);
  const longest = start + 60_000;
  while (latencies.length < (plan.leastAnswers ?? 1) && !failed && performance.now() < longest)
    await seconds(0.01);
  counting = false;
  const elapsed = (performance.now() - start) / 1000;
  stopped = true;
  // Wait for all responses, so that the server's log can be compared with the requests.
  const deadline = performance.now() + 10_000;
  while (answers < sent && !failed && performance.now() < deadline) await seconds(0.01);
  for (const { socket } of connections) socket.destroy();
  if (failed) throw failed;
  if (answers < sent) throw new Error(`${sent - answers} of ${sent} requests were not answered`);
  if (latencies.length < (plan.leastAnswers ?? 1))
    throw new Error(`Only ${latencies.length} requests were answered in a minute`);
  const { user, system } = process.cpuUsage(usage);
  latencies.sort((a, b) => a - b);
  return {
    answers,
    answersPerSecond: latencies.length / elapsed,
    p50Ms: percentile(latencies, 0.5),
    p95Ms: percentile(latencies, 0.95),
    p99Ms: percentile(latencies, 0.99),
    clientMicroseconds: (user + system) / Math.max(1, answers),
  };
}

type Connection = {
  socket: Socket;
  free: boolean;
  /** @param since When the waiting time starts. */
  send(request: Buffer, since?: number): void;
  onFree(): void;
};

function openConnection(
  port: number,
  statuses: number[],
  answered: (milliseconds: number) => void,
  fail: (error: Error) => void,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let text = "";
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(16 * 1024),
        callback(length, buffer) {
          text += Buffer.from(buffer.buffer, buffer.byteOffset, length).toString("latin1");
          const end = endOfAnswer(text);
          if (end === null || text.length < end) return true;
          const status = Number(text.slice(9, 12));
          if (!statuses.includes(status)) fail(new Error(`An answer was ${status}:\n${text}`));
          text = "";
          connection.free = true;
          answered(performance.now() - sentAt);
          connection.onFree();
          return true;
        },
      },
    });
    const connection: Connection = {
      socket,
      free: true,
      onFree() {},
      send(request, since = performance.now()) {
        connection.free = false;
        sentAt = since;
        socket.write(request);
      },
    };
    socket.once("connect", () => resolve(connection));
    socket.on("error", (error) => {
      reject(error);
      fail(error);
    });
    socket.on("close", () => {
      if (!connection.free) fail(new Error("The server closed a connection before it answered"));
    });
  });
}

/** Where a response ends. Null until its head is complete. */
function endOfAnswer(text: string): number | null {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const length = /content-length: (\d+)/i.exec(text);
  if (!length) throw new Error(`A response has no Content-Length:\n${text}`);
  return headEnd + 4 + Number(length[1]);
}

/**
 * Open loop: sends requests when they are due, however late responses are. Latency counts from sending, so that a delay of this
 * process doesn't count, but from the due time when all connections were busy.
 */
function sendSteadily(
  connections: Connection[],
  rate: number,
  nextRequest: () => Buffer,
  isOver: () => boolean,
): void {
  const start = performance.now();
  let due = 0;
  const waiting: number[] = [];
  for (const connection of connections) {
    connection.onFree = () => {
      const since = waiting.shift();
      if (since !== undefined && !isOver()) connection.send(nextRequest(), since);
    };
  }
  const tick = () => {
    if (isOver()) return;
    const now = performance.now();
    for (const dueNow = Math.floor(((now - start) * rate) / 1000); due < dueNow; due += 1) {
      const connection = connections.find(({ free }) => free);
      if (connection) connection.send(nextRequest());
      else waiting.push(now);
    }
    setTimeout(tick, 1);
  };
  tick();
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

function seconds(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration * 1000));
}
