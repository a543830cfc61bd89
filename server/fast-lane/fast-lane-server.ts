import { Server, type ServerOptions, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Answer, answerText, keepAliveSeconds } from "./answer";
import { closeListener } from "./close-listener";
import { type RawRequest, readPlainRequest } from "./plain-request";

/** Answers plain requests. */
export type FastLane = {
  /** Whether a request target is one that `answer` knows. */
  takes(url: string): boolean;
  /** Calls `send` once, now or later. Never throws. */
  answer(request: RawRequest, send: (answer: Answer) => void): void;
};

type HandOver = (socket: Socket) => void;

/** How long a connection may neither send nor take a byte, however it is used. */
const silenceMs = 60_000;
const sweepMs = 50;

/**
 * A node:http server with a lane for plain requests (readPlainRequest), read from and answered to the socket itself: half the
 * processor time of an answer is what node:http does around it. The first request of a connection that is anything else takes
 * the connection to node:http, which then keeps it, and which has read none of it before.
 *
 * Every connection is in `open` until it is closed, whatever node:http or a library does with it, so that none outlives `stop`.
 */
export class FastLaneServer extends Server {
  /** Answers from now on tell their clients that the connection ends. */
  isStopping = false;
  private stoppedAt = 0;
  private readonly open = new Map<Socket, OpenConnection>();

  /** @param now The monotonic clock by which connections fall idle. */
  constructor(
    options: Pick<ServerOptions, "requestTimeout" | "headersTimeout">,
    lane: FastLane,
    private readonly now: () => number = () => performance.now(),
  ) {
    super({ ...options, keepAliveTimeout: keepAliveSeconds * 1000 });
    this.timeout = silenceMs;
    // A client that has sent everything still gets its answer; node:http would abort its request.
    (this as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;
    const [handOver] = this.listeners("connection") as [HandOver];
    this.removeAllListeners("connection");
    this.on("connection", (socket: Socket) => {
      const connection = new OpenConnection(socket, now);
      this.open.set(socket, connection);
      socket.once("close", () => this.open.delete(socket));
      new LaneConnection(connection, lane, this, () => handOver.call(this, socket));
    });
    // Without a listener node:http closes the connection without a word.
    this.on("connect", (_request, socket) => {
      socket.on("error", ignore);
      socket.write("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      (socket as Socket).destroySoon();
    });
    this.on("request", ({ socket }, response) => this.open.get(socket)?.begin(response, this.isStopping));
  }

  /**
   * Takes no more connections and closes each as it falls idle. A request that was sent is answered: a connection counts as
   * idle only when nothing has come over it for `idleMs` since its last answer.
   * @param listenMs For how long connections are taken at least.
   * @param deadlineMs When connections are closed even if a request is under way. Counts from `announceStop`.
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
    // In a worker it is another process that accepts.
    if (this.listening)
      await closeListener(this, {
        leastMs: listenMs,
        quietMs: Math.min(idleMs, 250),
        patienceMs: idleMs,
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

/** What the server knows of a connection, whoever reads from it. */
class OpenConnection {
  private underWay = 0;
  private quietSince: number;
  private bytesWhenQuiet = 0;
  /** The last response of node:http, which alone may say that the connection ends. */
  private last: { response: ServerResponse; keptAlive: boolean } | null = null;

  constructor(
    readonly socket: Socket,
    private readonly now: () => number,
  ) {
    this.quietSince = now();
  }

  isIdle(now: number, idleMs: number): boolean {
    return (
      this.underWay === 0 &&
      now - this.quietSince >= idleMs &&
      // Part of a request head has come otherwise.
      this.socket.bytesRead === this.bytesWhenQuiet &&
      this.socket.writableLength === 0
    );
  }

  /** A request of the lane. */
  beginPlain(): void {
    this.underWay += 1;
  }

  endPlain(): void {
    this.underWay -= 1;
    this.quietSince = this.now();
    this.bytesWhenQuiet = this.socket.bytesRead;
  }

  /** A request of node:http. */
  begin(response: ServerResponse, isStopping: boolean): void {
    this.underWay += 1;
    // A pipelined request: the answer before it must not end the connection.
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
  /** What came before the answer to the request ahead of it: at most one read, for then reading stops. */
  private early: Buffer | null = null;
  private isEnded = false;
  private readonly socket: Socket;
  private readonly socketAddress: string | undefined;

  /** @param handOver Gives the connection to node:http, for good. */
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
      this.early = this.early ? Buffer.concat([this.early, bytes]) : bytes;
      this.socket.pause();
      return;
    }
    // A client that does not read its answers gets no more of them here: node:http stops reading from it.
    const plain = this.socket.writableLength === 0 ? readPlainRequest(bytes, this.lane.takes) : null;
    if (!plain) {
      this.leave(bytes);
      return;
    }
    this.isAnswering = true;
    this.connection.beginPlain();
    const { url, rawHeaders } = plain;
    const { socketAddress } = this;
    this.lane.answer({ method: "GET", url, rawHeaders, socketAddress }, this.send);
  };

  private readonly send = (answer: Answer): void => {
    const { socket, early } = this;
    this.isAnswering = false;
    this.connection.endPlain();
    if (socket.destroyed) return;
    // A pipelined request is answered as well, and its answer says that the connection ends.
    const keptAlive = early !== null || !(this.server.isStopping || this.isEnded);
    socket.write(answerText(answer, keptAlive), answer.body === "" ? "latin1" : "utf8");
    if (!keptAlive) {
      socket.off("data", this.onData);
      socket.destroySoon();
    } else if (early) this.leave(early);
    else if (!this.hasAsked) socket.setTimeout(keepAliveSeconds * 1000);
    this.hasAsked = true;
  };

  /** @param unread What node:http is to read first. */
  private leave(unread: Buffer): void {
    const { socket } = this;
    socket.off("data", this.onData);
    socket.off("end", this.onEnd);
    socket.off("timeout", this.onTimeout);
    socket.off("error", ignore);
    this.handOver();
    socket.unshift(unread);
    socket.resume();
  }

  /** A client that has sent everything may still wait for an answer. */
  private readonly onEnd = (): void => {
    this.isEnded = true;
    if (!this.isAnswering) this.socket.end();
  };

  private readonly onTimeout = (): void => {
    if (!this.isAnswering) this.socket.destroy();
  };
}

/** A connection that breaks is closed, which `close` tells. */
function ignore(): void {}
