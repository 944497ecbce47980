import type { WebClient } from '@slack/web-api';
import type { Logger } from '../logger.ts';
import type { Identity } from './session.ts';
import { ask, SlackAway, SlackRefusal } from './web.ts';

const NEEDED = ['chat:write', 'commands', 'users:read'];
/** What an admin may refuse, and what that costs. */
const WANTED: Readonly<Record<string, string>> = {
  'users:read.email': 'who is named by e-mail in a manifest is not recognised; name people by their Slack id',
  'usergroups:read': 'nobody is recognised as a member of a group; name people instead',
  'channels:read': 'channels are found by their name only, private ones not at all',
  'groups:read': 'private channels are not found',
  'files:write': 'the audit is sent to nobody as a file; countersign audit export makes one',
};

/** Asks Slack who we are and what we may. Throws {@link SlackAway}, or an error that says what an operator has to do. */
export async function signIn(web: WebClient, log: Logger): Promise<Identity> {
  const answer = await ask(web.auth.test());
  const { team_id: teamId, bot_id: botId, user_id: botUserId } = answer;
  if (!teamId || !botId || !botUserId) throw new Error('SLACK_BOT_TOKEN is not a bot token (xoxb-…)');
  const scopes = answer.response_metadata?.scopes ?? [];
  reportScopes(scopes, log);
  return { teamId, botId, botUserId, appId: await appIdOf(web, botId), scopes, url: answer.url };
}

/** So that another app's payload, signed with a secret that it shares with us, is refused. */
async function appIdOf(web: WebClient, botId: string): Promise<string | undefined> {
  try {
    const { bot } = await ask(web.bots.info({ bot: botId }));
    return bot?.app_id;
  } catch (error) {
    if (error instanceof SlackAway || error instanceof SlackRefusal) return undefined;
    throw error;
  }
}

function reportScopes(scopes: readonly string[], log: Logger): void {
  const missing = missingScopes(scopes);
  if (missing.length > 0) log.error({ missing }, 'slack.scopes_missing');
  for (const [scope, cost] of Object.entries(WANTED)) {
    if (!scopes.includes(scope)) log.warn({ scope, cost }, 'slack.scope_refused');
  }
}

/** Without these nothing works. */
export function missingScopes(scopes: readonly string[]): string[] {
  return NEEDED.filter((scope) => !scopes.includes(scope));
}
