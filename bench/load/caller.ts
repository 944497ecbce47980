import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** One client with one kept connection: as little of a client as there can be, since it shares the machine with what it measures. */
export interface Caller {
  /** Sends a whole request, as bytes of HTTP/1.1, and resolves with the answer. One at a time. */
  call(request: Buffer): Promise<Reply>;
  close(): void;
}

export async function openCaller(url: string): Promise<Caller> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  return callOver(socket);
}

function callOver(socket: Socket): Caller {
  let waiting: PromiseWithResolvers<Reply> | undefined;
  let read: Buffer = Buffer.alloc(0);
  const fail = (why: Error) => waiting?.reject(why);
  socket.on('error', fail).on('close', () => fail(new Error('the connection was closed')));
  socket.on('data', (chunk) => {
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
    const reply = replyIn(read);
    if (!reply) return;
    read = Buffer.alloc(0);
    const asked = waiting;
    waiting = undefined;
    asked?.resolve(reply);
  });
  return {
    call(request) {
      waiting = Promise.withResolvers();
      socket.write(request);
      return waiting.promise;
    },
    close: () => void socket.destroy(),
  };
}

/** Undefined while it is not whole. Chunked answers end with an empty chunk. */
function replyIn(bytes: Buffer): Reply | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const whole = end + 4 + Number(length);
    return bytes.length < whole ? undefined : { status, body: bytes.toString('utf8', end + 4, whole) };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, body: '' };
  const text = bytes.toString('utf8', end + 4);
  return text.endsWith('0\r\n\r\n') ? { status, body: text } : undefined;
}
