import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type TcpProxy = {
  url: string;
  cut(): void;
  restore(): void;
  silenceAfter(text: string): void;
  /** Forwards new connections to another server from now on. */
  leadTo(databaseUrl: string): void;
  close(): Promise<void>;
};

/**
 * A proxy in front of a database. `cut` closes all connections and refuses new ones, like a server that is down. After
 * `silenceAfter`, connections over which this text is sent get no more answers. `restore` ends both for new connections.
 */
export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  let target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  let lastWords: string | null = null;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.on("data", (chunk: Buffer) => {
      if (lastWords !== null && chunk.includes(lastWords)) far.unpipe(near);
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.toString(),
    cut,
    restore: () => {
      isCut = false;
      lastWords = null;
    },
    leadTo: (other) => {
      target = new URL(other);
    },
    silenceAfter: (text) => {
      lastWords = text;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
