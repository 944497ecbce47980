import { createHmac } from 'node:crypto';

/** Slack's v0 signature over the bytes that are sent. `timestamp` in seconds. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
