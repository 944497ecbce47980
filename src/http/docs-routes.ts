import { type Answer, json } from './answer.ts';
import type { OpenRoute } from './call.ts';
import { docsPage, problemPage } from './docs-page.ts';
import { openApi } from './openapi.ts';
import { isProblemName, problem } from './problem.ts';

/** The document and its pages, for anybody to read: made once, when the first asks, since making them is a part of what a start takes. */
export function docsRoutes(publicUrl: string | undefined): OpenRoute[] {
  let document: ReturnType<typeof openApi> | undefined;
  let page: string | undefined;
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      open: true,
      async handle() {
        document ??= openApi(publicUrl);
        return json(200, document, KEPT);
      },
    },
    {
      method: 'GET',
      path: '/docs',
      open: true,
      async handle() {
        page ??= docsPage();
        return html(page);
      },
    },
    {
      method: 'GET',
      path: '/problems/{name}',
      open: true,
      handle: async ({ name = '' }) =>
        isProblemName(name) ? html(problemPage(name)) : problem('no-such-route', 'There is no such problem.'),
    },
  ];
}

const KEPT = { 'cache-control': 'public, max-age=300' };

function html(body: string): Answer {
  return {
    status: 200,
    headers: {
      ...KEPT,
      'content-type': 'text/html; charset=utf-8',
      // Nothing is loaded from anywhere, and nothing runs.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
    body,
  };
}
