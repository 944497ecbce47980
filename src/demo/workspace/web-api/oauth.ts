import { randomBytes } from 'node:crypto';
import { enterpriseRef } from '../enterprise.ts';
import { answerText, type Exchange } from '../http-exchange.ts';
import type { JsonObject } from '../json.ts';
import { appId, botUserId } from '../state.ts';
import type { World } from '../world.ts';
import type { Call, MethodTable } from './call.ts';
import { Refusal, required, text } from './call.ts';
import { grantedScopes } from './granted-scopes.ts';

function access(call: Call): JsonObject {
  const { world, args } = call;
  if (required(args, 'client_id') !== world.keys.clientId) throw new Refusal('invalid_client_id');
  if (text(args, 'client_secret') !== world.keys.clientSecret) throw new Refusal('bad_client_secret');
  const grant = text(args, 'grant_type') || 'authorization_code';
  if (grant === 'refresh_token') return refresh(call);
  if (grant !== 'authorization_code') throw new Refusal('invalid_grant_type');
  return exchange(call);
}

/** Installing again makes a revoked token good again. */
function exchange({ world, args }: Call): JsonObject {
  const code = required(args, 'code');
  const redirect = world.keys.codes.get(code);
  if (redirect === undefined) throw new Refusal('invalid_code');
  if (text(args, 'redirect_uri') !== redirect) throw new Refusal('bad_redirect_uri');
  world.keys.codes.delete(code);
  world.keys.isRevoked = false;
  world.isInstalled = true;
  const authedUser = { id: Object.keys(world.state.people)[0] ?? '' };
  return { ...installation(world), ...world.tokens.issue(), authed_user: authedUser };
}

/** A refresh token is good once. */
function refresh({ world, args }: Call): JsonObject {
  const renewed = world.tokens.refresh(required(args, 'refresh_token'));
  if (!renewed) throw new Refusal('invalid_refresh_token');
  return { ...installation(world), ...renewed };
}

function installation(world: World): JsonObject {
  return {
    token_type: 'bot',
    scope: [...grantedScopes(world)].join(','),
    bot_user_id: botUserId,
    app_id: appId,
    team: { id: world.team.id, name: world.team.name },
    enterprise: enterpriseRef(world),
    is_enterprise_install: false,
  };
}

export const oauthMethods: MethodTable = {
  'oauth.v2.access': { tier: 4, scopes: [], token: 'none', run: access },
};

function escapeHtml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function consentPage(world: World, url: URL): string {
  const link = escapeHtml(`${url.pathname}${url.search}&allow=1`);
  const scopes = [...grantedScopes(world)].map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  const name = escapeHtml(world.app.display_information.name);
  return `<!doctype html><title>${name}</title>
<h1>${name} wants to access ${escapeHtml(world.team.name)}</h1>
<ul>${scopes}</ul>
<a href="${link}">Allow</a>`;
}

/** Shows what the app asks for; `&allow=1` sends the person back with a code. */
export function authorizePage(world: World, { url, response }: Exchange): void {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const asked = url.searchParams.get('redirect_uri') ?? '';
  const allowed = world.app.oauth_config.redirect_urls;
  const redirect = asked || (allowed[0] ?? '');
  if (url.searchParams.get('client_id') !== world.keys.clientId) {
    answerText(response, 400, 'invalid_client_id', html);
  } else if (!allowed.some((each) => redirect.startsWith(each))) {
    answerText(response, 400, 'bad_redirect_uri', html);
  } else if (url.searchParams.get('allow') !== '1') {
    answerText(response, 200, consentPage(world, url), html);
  } else {
    const code = randomBytes(16).toString('hex');
    world.keys.codes.set(code, asked);
    const target = new URL(redirect);
    target.searchParams.set('code', code);
    target.searchParams.set('state', url.searchParams.get('state') ?? '');
    answerText(response, 302, '', { location: target.href });
  }
}
