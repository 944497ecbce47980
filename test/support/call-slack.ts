import { testKeys } from './start-test-workspace.ts';

export interface SlackAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly ok: boolean; readonly error?: string; readonly [key: string]: unknown };
}

export type CallSlack = (
  method: string,
  args?: Record<string, unknown>,
  how?: { readonly as?: 'form' | 'json'; readonly token?: string | undefined },
) => Promise<SlackAnswer>;

/** Calls the Web API at `apiUrl` as a form (as the SDKs do) or as JSON. */
export function slackCaller(apiUrl: string, botToken: string = testKeys.botToken): CallSlack {
  return async (method, args = {}, { as = 'form', ...given } = {}) => {
    const token = 'token' in given ? given.token : botToken;
    const fields = Object.entries(args).map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const response = await fetch(`${apiUrl}${method}`, {
      method: 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(as === 'json' ? { 'content-type': 'application/json; charset=utf-8' } : {}),
      },
      body: as === 'json' ? JSON.stringify(args) : new URLSearchParams(fields),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as SlackAnswer['body'],
    };
  };
}
