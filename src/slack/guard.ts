import type { IncomingHttpHeaders } from 'node:http';
import { isValidSlackRequest } from '@slack/bolt';

export type GuardVerdict =
  | { readonly outcome: 'pass' }
  /** Signed and well, and done already: answered again, done only once. */
  | { readonly outcome: 'repeated' }
  | { readonly outcome: 'ssl_check' }
  | { readonly outcome: 'refused'; readonly status: 400 | 401 | 415; readonly why: string };

export interface GuardOptions {
  /** Several while one is rotated. */
  readonly secrets: readonly string[];
  /** Milliseconds. */
  readonly now?: () => number;
  readonly most?: number;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const AHEAD_MS = 60_000;
/** Slack's own window is five minutes; what is older is refused before it could be a repetition. */
const REMEMBERED_MS = 360_000;

const refused = (status: 400 | 401 | 415, why: string): GuardVerdict => ({ outcome: 'refused', status, why });

/**
 * Judges a request by its headers and its bytes, before anything is parsed. Bolt alone takes a timestamp of tomorrow and the same
 * signed request twice. Only what is signed is remembered, so that nobody else can fill the memory.
 */
export function createGuard({ secrets, now = Date.now, most = 50_000 }: GuardOptions): {
  check(headers: IncomingHttpHeaders, body: Buffer): GuardVerdict;
} {
  if (secrets.length === 0 || secrets.some((secret) => secret.trim() === '')) {
    throw new Error('SLACK_SIGNING_SECRET is empty: it stands in the app settings under Basic Information');
  }
  const seen = new Map<string, number>();

  function isRepeated(signature: string): boolean {
    // A character a byte, and whole seconds, which V8 keeps in place: 100 B instead of 180, of which a busy process remembers thousands.
    const hash = Buffer.from(signature.slice('v0='.length), 'hex').toString('latin1');
    for (const [known, until] of seen) {
      if (until * 1_000 > now() && seen.size < most) break;
      seen.delete(known);
    }
    if (seen.has(hash)) return true;
    seen.set(hash, Math.ceil((now() + REMEMBERED_MS) / 1_000));
    return false;
  }

  return {
    check(headers, body) {
      const type = mediaType(headers);
      if (type !== FORM && type !== JSON_TYPE) return refused(415, `not ${FORM} or ${JSON_TYPE}`);
      const text = body.toString('utf8');
      if (type === FORM && new URLSearchParams(text).get('ssl_check') === '1')
        return { outcome: 'ssl_check' };
      const signature = headers['x-slack-signature'];
      const timestamp = headers['x-slack-request-timestamp'];
      // Bolt takes `v0=<hash>=anything` too: the same request would then come with as many signatures as one likes.
      if (typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/.test(signature))
        return refused(401, 'it is not signed');
      if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp))
        return refused(401, 'the timestamp is no number');
      const ahead = Number(timestamp) * 1_000 - now();
      if (ahead > AHEAD_MS) return refused(401, 'the timestamp is ahead of our clock');
      const signed = {
        body: text,
        headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) },
        nowMilliseconds: now(),
      };
      if (!secrets.some((signingSecret) => isValidSlackRequest({ ...signed, signingSecret })))
        return refused(401, 'the signature or its time is wrong');
      return isRepeated(signature) ? { outcome: 'repeated' } : { outcome: 'pass' };
    },
  };
}

/** Without its parameters: Bolt knows the bare form only. */
export function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
