import {
  type FetchFunction,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { RetryLater } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { httpFetch } from './http-fetch.ts';
import { libraryLogger } from './library-logger.ts';

/** Slack did not answer, not in time, or asked for patience. What was asked for may have happened. */
export class SlackAway extends RetryLater {
  readonly code = 'slack_away';
}

/** Slack answered no; `code` is its own word: `channel_not_found`. */
export class SlackRefusal extends Error {
  readonly code: string;

  constructor(code: string, details: readonly string[]) {
    super([code, ...details].join('; '));
    this.code = code;
  }
}

/** Nobody has to answer a click later than this. */
export const CLICK_BUDGET_MS = 1_500;
const TIMEOUT_MS = 8_000;

export interface WebOptions {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly log: Logger;
  readonly timeoutMs?: number;
  /** Called whenever Slack answered anything at all. */
  readonly onAnswer?: () => void;
}

/** As the library's own defaults retry, wait without end and post twice, none of them is kept (slack.md §1.6). */
export function webOptions({ apiUrl, log, timeoutMs = TIMEOUT_MS, onAnswer }: WebOptions): WebClientOptions {
  const within: FetchFunction = async (url, init) => {
    const response = await httpFetch(url, { signal: AbortSignal.timeout(timeoutMs), ...init });
    if (response.ok) onAnswer?.();
    return response;
  };
  return {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: within,
    logger: libraryLogger(log),
  };
}

export function createWeb(options: WebOptions): WebClient {
  return new WebClient(options.token, webOptions(options));
}

/** Refusals that say nothing about what was asked for: Slack is in trouble, or our token is until somebody renews it. */
const FOR_NOW = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
  'rate_limited',
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
]);

/** Awaits a call of the Web API; what goes wrong becomes {@link SlackAway} or {@link SlackRefusal}. */
export async function ask<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): Error {
  if (error instanceof WebAPIRateLimitedError) {
    return new SlackAway('Slack asks for patience (429)', error.retryAfter * 1_000);
  }
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata } = error.data;
    if (FOR_NOW.has(code)) return new SlackAway(`Slack answered ${code}`);
    return new SlackRefusal(code, response_metadata?.messages ?? []);
  }
  const status = error instanceof WebAPIHTTPError ? ` (${error.statusCode})` : '';
  return new SlackAway(`Slack did not answer${status}`);
}
