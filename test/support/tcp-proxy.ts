import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones, as a server that is away does. */
  cut(): void;
  /**
   * Lets no answer through on the connections that there are, and does not end them, as a network does that has forgotten them; with
   * `always`, on none that is still to come either.
   */
  forget(always?: boolean): void;
  /** Lets connections and answers through again. */
  mend(): void;
  /**
   * The nth answer from now on never arrives: every connection breaks just before it. New ones are let through.
   * Returns whether that has happened yet.
   */
  loseAnswer(nth: number): () => boolean;
  close(): Promise<void>;
}

/** Stands before a server on this machine, to take it away and give it back. */
export async function openTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const forgotten = new Set<Socket>();
  let away = false;
  let isMute = false;
  let countdown = -1;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (away) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target);
    keep(far);
    if (isMute) forgotten.add(far);
    near.pipe(far);
    far.on('data', (answer) => {
      if (forgotten.has(far)) return;
      if (countdown > 0) countdown -= 1;
      if (countdown !== 0) near.write(answer);
      else breakAll();
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const breakAll = () => {
    countdown = -1;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const cut = () => {
    away = true;
    breakAll();
  };
  return {
    port,
    cut,
    loseAnswer: (nth) => {
      countdown = nth;
      return () => countdown < 0;
    },
    forget: (always = false) => {
      isMute = always;
      for (const socket of sockets) forgotten.add(socket);
    },
    mend: () => {
      away = false;
      isMute = false;
      countdown = -1;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The same database, by way of the proxy. */
export function through(proxy: TcpProxy, url: string): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(proxy.port);
  return changed.href;
}

export function targetOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5432) };
}
