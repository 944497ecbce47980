import { createHmac, type KeyObject } from 'node:crypto';

/** One signature of Standard Webhooks, `v1,…`, over the bytes as they are sent. `timestamp` is in seconds, as it stands in its header. */
export function signWebhook(
  key: Uint8Array | KeyObject,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: Uint8Array },
): string {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`, 'utf8').update(body);
  return `v1,${mac.digest('base64')}`;
}
