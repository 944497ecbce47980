import type { Socket } from 'node:net';
import { type buildConnector, Client } from 'undici';
import { failureOf, type NotSent } from './exchange.ts';
import { AddressRefused } from './pinned-connect.ts';

/**
 * A connection for one write alone, open before the write starts: what is far away takes longer to reach than may pass between the
 * start and the first byte, and a kept connection may be closed by the other side as we write, which loses what no key can repeat.
 */
export async function openOwnConnection(
  connect: buildConnector.connector,
  base: URL,
): Promise<Client | NotSent> {
  const opened = await new Promise<Socket | Error>((resolve) => {
    const { hostname, host, protocol, port } = base;
    connect({ hostname, host, protocol, port }, (error, socket) => resolve(error ?? socket));
  });
  if (opened instanceof Error) {
    return { kind: 'not_sent', why: failureOf(opened), permanent: opened instanceof AddressRefused };
  }
  return new Client(base.origin, {
    connect: (_, callback) => setImmediate(() => callback(null, opened)),
    pipelining: 0,
  });
}
