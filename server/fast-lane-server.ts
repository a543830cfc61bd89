import { Server, type ServerOptions } from "node:http";
import type { Socket } from "node:net";
import { type Answer, answerText, keepAliveSeconds } from "./answer";
import { type RawRequest, readPlainRequest } from "./plain-request";

/** Who answers plain requests. */
export type FastLane = {
  /** Whether a request target is one that `answer` knows. */
  takes(url: string): boolean;
  /** Calls `send` once, now or later. Never throws. */
  answer(request: RawRequest, send: (answer: Answer) => void): void;
};

type HandOver = (socket: Socket) => void;

/** Who has just connected is about to ask: its first request is on its way for so long, or here and not read yet. */
const firstRequestMilliseconds = 1000;

/**
 * A node:http server with a lane for plain requests (readPlainRequest), read from and answered to the socket itself: half the
 * processor time of an answer is what node:http does around it. The first request of a connection that is anything else takes
 * the connection to node:http, which then keeps it, and which has read none of it before. What a Server promises of its
 * connections (`close`, `closeIdleConnections`, `closeAllConnections`, timeouts) holds for both.
 */
export class FastLaneServer extends Server {
  private readonly inLane = new Set<LaneConnection>();

  constructor(options: Pick<ServerOptions, "requestTimeout" | "headersTimeout">, lane: FastLane) {
    super({ ...options, keepAliveTimeout: keepAliveSeconds * 1000 });
    const [handOver] = this.listeners("connection") as [HandOver];
    this.removeAllListeners("connection");
    this.on("connection", (socket: Socket) => {
      const connection = new LaneConnection(socket, lane, this, (leaving) => {
        this.inLane.delete(connection);
        if (leaving) handOver.call(this, socket);
      });
      this.inLane.add(connection);
    });
  }

  override closeIdleConnections(): void {
    super.closeIdleConnections();
    for (const connection of this.inLane) if (connection.isIdle) connection.socket.destroy();
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const { socket } of this.inLane) socket.destroy();
  }
}

class LaneConnection {
  private isAnswering = false;
  private hasAsked = false;
  private readonly openedAt = performance.now();
  /** What came before the answer to the request ahead of it: at most one read, for then reading stops. */
  private early: Buffer | null = null;
  private isEnded = false;
  private readonly socketAddress: string | undefined;

  /** @param gone Told once that the lane has the connection no more: `leaving` where it lives on with node:http. */
  constructor(
    readonly socket: Socket,
    private readonly lane: FastLane,
    private readonly server: Server,
    private readonly gone: (leaving: boolean) => void,
  ) {
    this.socketAddress = socket.remoteAddress;
    socket.on("data", this.onData);
    socket.on("end", this.onEnd);
    socket.on("timeout", this.onTimeout);
    socket.on("close", this.onClose);
    socket.on("error", ignore);
    socket.setTimeout(server.headersTimeout);
  }

  get isIdle(): boolean {
    const isAboutToAsk = !this.hasAsked && performance.now() < this.openedAt + firstRequestMilliseconds;
    return !this.isAnswering && !isAboutToAsk && this.socket.writableLength === 0;
  }

  private readonly onData = (bytes: Buffer): void => {
    if (this.isAnswering) {
      this.early = this.early ? Buffer.concat([this.early, bytes]) : bytes;
      this.socket.pause();
      return;
    }
    // Who does not read its answers gets no more of them here: node:http stops reading from such a client.
    const plain = this.socket.writableLength === 0 ? readPlainRequest(bytes, this.lane.takes) : null;
    if (!plain) {
      this.leave(bytes);
      return;
    }
    this.isAnswering = true;
    const { url, rawHeaders } = plain;
    const { socketAddress } = this;
    this.lane.answer({ method: "GET", url, rawHeaders, socketAddress }, this.send);
  };

  private readonly send = (answer: Answer): void => {
    const { socket } = this;
    this.isAnswering = false;
    if (socket.destroyed) return;
    const keptAlive = this.server.listening && !this.isEnded;
    socket.write(answerText(answer, keptAlive), answer.body === "" ? "latin1" : "utf8");
    if (!keptAlive) socket.end();
    else if (this.early) this.leave(this.early);
    else if (!this.hasAsked) socket.setTimeout(keepAliveSeconds * 1000);
    this.hasAsked = true;
  };

  /** @param unread What node:http is to read first. */
  private leave(unread: Buffer): void {
    const { socket } = this;
    socket.off("data", this.onData);
    socket.off("end", this.onEnd);
    socket.off("timeout", this.onTimeout);
    socket.off("close", this.onClose);
    socket.off("error", ignore);
    socket.setTimeout(0);
    this.gone(true);
    socket.unshift(unread);
    socket.resume();
  }

  /** Who has said all it will may still wait for an answer. */
  private readonly onEnd = (): void => {
    this.isEnded = true;
    if (!this.isAnswering) this.socket.end();
  };

  private readonly onTimeout = (): void => {
    if (!this.isAnswering) this.socket.destroy();
  };

  private readonly onClose = (): void => this.gone(false);
}

/** A connection that breaks is closed, which `close` tells. */
function ignore(): void {}
