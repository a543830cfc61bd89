import { Server, type ServerOptions, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Answer, answerText, keepAliveSeconds } from "./answer";
import { closeListener } from "./close-listener";
import { type RawRequest, readPlainRequest } from "./plain-request";

/** The handler of plain requests. */
export type FastLane = {
  /** Whether `answer` handles this request target. */
  takes(url: string): boolean;
  /** Calls `send` once, now or later. Never throws. */
  answer(request: RawRequest, send: (answer: Answer) => void): void;
};

type HandOver = (socket: Socket) => void;

/** A connection without any traffic for this long is closed. */
const inactivityTimeoutMs = 60_000;
const sweepMs = 50;

/**
 * A node:http server with a fast lane for plain requests (readPlainRequest), which it reads from and answers on the socket
 * directly: node:http takes half of the CPU time of an answer. The first request on a connection that isn't plain moves the
 * connection to node:http for good.
 *
 * Every connection stays in `open` until it is closed, even if node:http or a library takes it over, so that none outlives `stop`.
 */
export class FastLaneServer extends Server {
  /** When true, responses tell their clients that the connection will be closed. */
  isStopping = false;
  private stoppedAt = 0;
  private readonly open = new Map<Socket, OpenConnection>();

  /** @param now The monotonic clock by which connections count as idle. */
  constructor(
    options: Pick<ServerOptions, "requestTimeout" | "headersTimeout">,
    lane: FastLane,
    private readonly now: () => number = () => performance.now(),
  ) {
    super({ ...options, keepAliveTimeout: keepAliveSeconds * 1000 });
    this.timeout = inactivityTimeoutMs;
    // A client that has closed its side still gets its answer. By default node:http aborts its request.
    (this as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;
    const [handOver] = this.listeners("connection") as [HandOver];
    this.removeAllListeners("connection");
    this.on("connection", (socket: Socket) => {
      const connection = new OpenConnection(socket, now);
      this.open.set(socket, connection);
      socket.once("close", () => this.open.delete(socket));
      new LaneConnection(connection, lane, this, () => handOver.call(this, socket));
    });
    // Without a listener, node:http closes the connection without a response.
    this.on("connect", (_request, socket) => {
      socket.on("error", ignore);
      socket.write("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      (socket as Socket).destroySoon();
    });
    this.on("request", ({ socket }, response) => this.open.get(socket)?.begin(response, this.isStopping));
  }

  /**
   * Stops accepting connections, and closes each one when it is idle: nothing has arrived for `idleMs` since its last response.
   * So every request that was sent is answered.
   * @param listenMs How long to accept connections at least.
   * @param deadlineMs How long after `announceStop` all connections are closed, even with requests in progress.
   */
  async stop({
    listenMs,
    idleMs,
    deadlineMs,
  }: {
    listenMs: number;
    idleMs: number;
    deadlineMs: number;
  }): Promise<void> {
    this.announceStop();
    // In a worker, the primary process accepts the connections.
    if (this.listening)
      await closeListener(this, {
        minimumMs: listenMs,
        quietMs: Math.min(idleMs, 250),
        maximumMs: idleMs,
      });
    const deadline = this.stoppedAt + deadlineMs;
    while (this.open.size > 0) {
      const now = this.now();
      for (const connection of this.open.values())
        if (now >= deadline) connection.socket.destroy();
        else if (connection.isIdle(now, idleMs)) connection.socket.destroySoon();
      if (this.open.size > 0) await new Promise((resolve) => setTimeout(resolve, sweepMs));
    }
  }

  announceStop(): void {
    if (!this.isStopping) this.stoppedAt = this.now();
    this.isStopping = true;
    for (const connection of this.open.values()) connection.endAfterAnswer();
  }

  override closeAllConnections(): void {
    for (const { socket } of this.open.values()) socket.destroy();
  }
}

/** The state of a connection, whether the fast lane or node:http reads from it. */
class OpenConnection {
  private pendingRequests = 0;
  private quietSince: number;
  private bytesWhenQuiet = 0;
  /** The last response of node:http. Only this one may announce that the connection will be closed. */
  private last: { response: ServerResponse; keptAlive: boolean } | null = null;

  constructor(
    readonly socket: Socket,
    private readonly now: () => number,
  ) {
    this.quietSince = now();
  }

  isIdle(now: number, idleMs: number): boolean {
    return (
      this.pendingRequests === 0 &&
      now - this.quietSince >= idleMs &&
      // Otherwise part of a request has arrived.
      this.socket.bytesRead === this.bytesWhenQuiet &&
      this.socket.writableLength === 0
    );
  }

  /** A request of the fast lane begins. */
  beginPlain(): void {
    this.pendingRequests += 1;
  }

  endPlain(): void {
    this.pendingRequests -= 1;
    this.quietSince = this.now();
    this.bytesWhenQuiet = this.socket.bytesRead;
  }

  /** A request of node:http begins. */
  begin(response: ServerResponse, isStopping: boolean): void {
    this.pendingRequests += 1;
    // This request was pipelined, so the response before it must not close the connection.
    if (this.last && !this.last.response.headersSent)
      this.last.response.shouldKeepAlive = this.last.keptAlive;
    this.last = { response, keptAlive: response.shouldKeepAlive };
    if (isStopping) this.endAfterAnswer();
    response.once("close", () => {
      this.endPlain();
      if (this.last?.response === response) this.last = null;
    });
  }

  endAfterAnswer(): void {
    if (this.last && !this.last.response.headersSent) this.last.response.shouldKeepAlive = false;
  }
}

class LaneConnection {
  private isAnswering = false;
  private hasAsked = false;
  /** Bytes that arrived before the previous request was answered: at most one read, because reading is then paused. */
  private earlyBytes: Buffer | null = null;
  private isEnded = false;
  private readonly socket: Socket;
  private readonly socketAddress: string | undefined;

  /** @param handOver Gives the connection to node:http. */
  constructor(
    private readonly connection: OpenConnection,
    private readonly lane: FastLane,
    private readonly server: FastLaneServer,
    private readonly handOver: () => void,
  ) {
    const { socket } = connection;
    this.socket = socket;
    this.socketAddress = socket.remoteAddress;
    socket.on("data", this.onData);
    socket.on("end", this.onEnd);
    socket.on("timeout", this.onTimeout);
    socket.on("error", ignore);
    socket.setTimeout(server.headersTimeout);
  }

  private readonly onData = (bytes: Buffer): void => {
    if (this.isAnswering) {
      this.earlyBytes = this.earlyBytes ? Buffer.concat([this.earlyBytes, bytes]) : bytes;
      this.socket.pause();
      return;
    }
    // If the client doesn't read its responses, move it to node:http, which applies backpressure.
    const plain = this.socket.writableLength === 0 ? readPlainRequest(bytes, this.lane.takes) : null;
    if (!plain) {
      this.moveToNodeHttp(bytes);
      return;
    }
    this.isAnswering = true;
    this.connection.beginPlain();
    const { url, rawHeaders } = plain;
    const { socketAddress } = this;
    this.lane.answer({ method: "GET", url, rawHeaders, socketAddress }, this.send);
  };

  private readonly send = (answer: Answer): void => {
    const { socket, earlyBytes: early } = this;
    this.isAnswering = false;
    this.connection.endPlain();
    if (socket.destroyed) return;
    // A pipelined request is still answered, and its response announces the close.
    const keptAlive = early !== null || !(this.server.isStopping || this.isEnded);
    socket.write(answerText(answer, keptAlive), answer.body === "" ? "latin1" : "utf8");
    if (!keptAlive) {
      socket.off("data", this.onData);
      socket.destroySoon();
    } else if (early) this.moveToNodeHttp(early);
    else if (!this.hasAsked) socket.setTimeout(keepAliveSeconds * 1000);
    this.hasAsked = true;
  };

  /** @param unread Bytes that node:http has to read first. */
  private moveToNodeHttp(unread: Buffer): void {
    const { socket } = this;
    socket.off("data", this.onData);
    socket.off("end", this.onEnd);
    socket.off("timeout", this.onTimeout);
    socket.off("error", ignore);
    this.handOver();
    socket.unshift(unread);
    socket.resume();
  }

  /** The client has closed its side, but may still wait for a response. */
  private readonly onEnd = (): void => {
    this.isEnded = true;
    if (!this.isAnswering) this.socket.end();
  };

  private readonly onTimeout = (): void => {
    if (!this.isAnswering) this.socket.destroy();
  };
}

/** An error is always followed by `close`, which we handle. */
function ignore(): void {}
