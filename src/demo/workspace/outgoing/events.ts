import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { stringIn } from '../json.ts';
import { limits } from '../limits.ts';
import { appId, botUserId, formatTs } from '../state.ts';
import type { World } from '../world.ts';
import { deliver, type Reply } from './deliver.ts';

export const verificationToken = 'verification-token-is-deprecated';

/**
 * Sends an event if the manifest asks for it, and again after failures, as Slack does. `subscription` is its name in the
 * manifest where that is not its type; null: it is sent without one.
 */
export function sendEvent(world: World, event: JsonObject, subscription?: string | null): void {
  const type = stringIn(event.type);
  const subscribed = world.app.settings.event_subscriptions?.bot_events ?? [];
  if (subscription !== null && !subscribed.includes(subscription ?? type)) return;
  if (!world.isInstalled && type !== 'app_uninstalled' && type !== 'tokens_revoked') return;
  const payload: JsonObject = {
    token: verificationToken,
    team_id: world.team.id,
    ...(world.team.enterprise ? { enterprise_id: world.team.enterprise.id } : {}),
    api_app_id: appId,
    event: { event_ts: formatTs(world.clock.now() * 1000), ...event },
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(world.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: world.team.enterprise?.id ?? null,
        team_id: world.team.id,
        user_id: botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${Buffer.from(type).toString('base64url')}`,
  };
  void attempt(world, type, payload, 0, '');
}

async function attempt(
  world: World,
  name: string,
  payload: JsonObject,
  num: number,
  reason: string,
): Promise<void> {
  const url = world.app.settings.event_subscriptions?.request_url;
  const retry = num > 0 ? { retry: { num, reason } } : {};
  const reply = await deliver(world, { type: 'events_api', name, payload, url, ...retry });
  const failed = failureOf(reply);
  const wait = limits.eventRetriesMs[num];
  if (failed === undefined || wait === undefined) return;
  world.clock.after(wait, () => void attempt(world, name, payload, num + 1, failed));
}

function failureOf(reply: Reply): string | undefined {
  if (reply.kind === 'timeout') return 'http_timeout';
  if (reply.kind === 'unreachable') return 'connection_failed';
  return (reply.status >= 200 && reply.status < 300) || reply.noRetry ? undefined : 'http_error';
}

export function tokensRevoked(world: World): void {
  sendEvent(world, { type: 'tokens_revoked', tokens: { oauth: [], bot: [botUserId] } });
}

export function appGone(world: World): void {
  world.isInstalled = false;
  world.keys.isRevoked = true;
  tokensRevoked(world);
  sendEvent(world, { type: 'app_uninstalled' });
}

/** What Slack does when a request URL is saved: the app has to hand the challenge back. */
export async function verifyRequestUrl(world: World): Promise<boolean> {
  const challenge = randomUUID();
  const reply = await deliver(world, {
    type: 'events_api',
    name: 'url_verification',
    url: world.app.settings.event_subscriptions?.request_url,
    payload: { token: verificationToken, challenge, type: 'url_verification' },
  });
  return reply.kind === 'answered' && reply.status === 200 && reply.body.includes(challenge);
}
