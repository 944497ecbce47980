import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';

export interface Loopback {
  readonly port: number;
  readonly url: string;
  /** Connections ever opened. */
  connections(): number;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** A server on 127.0.0.1 that does to each connection what it is told. */
export function startLoopback(onConnection: (socket: Socket) => void): Promise<Loopback> {
  return listening(createNetServer(onConnection));
}

/** An HTTP server on 127.0.0.1. */
export function startHttp(listener: RequestListener): Promise<Loopback> {
  return listening(createServer(listener));
}

export async function listening(server: Server, host = '127.0.0.1'): Promise<Loopback> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await startLoopback(() => {});
  await server.close();
  return server.port;
}
