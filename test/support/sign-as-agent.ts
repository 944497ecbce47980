import { createHmac, randomUUID } from 'node:crypto';
import { AGENT_KEY, type Asking } from './door.ts';

export interface SignedAsking extends Asking {
  readonly headers: Record<string, string>;
}

/** A request that the refund agent signed, as Standard Webhooks has it; `more` are headers that come on top. */
export function signedAsAgent(
  body: string,
  id: string = randomUUID(),
  more: Record<string, string> = {},
): SignedAsking {
  const at = String(Math.floor(Date.now() / 1_000));
  const secret = Buffer.from(AGENT_KEY.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64');
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${mac}`,
    'countersign-agent': 'refund-agent',
    ...more,
  };
  return { method: 'POST', body, key: null, headers };
}
