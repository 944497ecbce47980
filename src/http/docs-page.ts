import { z } from 'zod';
import { COMPONENTS } from './components.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { exampleOf, isProblemName, PROBLEMS, type ProblemName } from './problem.ts';

const STYLE = `
:root { color-scheme: light dark; --soft: color-mix(in srgb, currentColor 9%, transparent); --line: color-mix(in srgb, currentColor 18%, transparent); --mute: color-mix(in srgb, currentColor 68%, transparent) }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 58rem; margin: 2.5rem auto; padding: 0 1.25rem; overflow-wrap: anywhere }
h1 { line-height: 1.2; text-wrap: balance } h2 { margin-top: 3rem } h3 { margin: 2.2rem 0 .2rem; line-height: 1.35 } p { margin: .4rem 0 }
code, pre { font: .9em/1.5 ui-monospace, monospace } pre { background: var(--soft); padding: .8rem; white-space: pre-wrap; border-radius: 6px }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 } td, th { text-align: left; padding: .3rem .9rem .3rem 0; vertical-align: top; border-top: 1px solid var(--line) }
td:first-child { width: 11rem; overflow-wrap: normal } td:nth-child(2) { width: 4rem; color: var(--mute) }
nav { columns: 2 24rem; column-gap: 2rem; margin: 1rem 0; font-size: .9em } nav a { display: block; padding: .15rem 0; text-decoration: none } nav a:hover { text-decoration: underline }
summary { cursor: pointer } a { color: inherit; text-underline-offset: .15em } :target { background: var(--soft) }
.verb { font-weight: 600 } .who { color: var(--mute); font-size: .85em } h3 .who { font-weight: 400 }
@media (max-width: 40rem) { td, td:first-child, td:nth-child(2) { display: inline-block; width: auto; border: 0; padding: 0 .5rem 0 0 } td:last-child { display: block; padding: 0 0 .3rem } tr { display: block; border-top: 1px solid var(--line); padding: .3rem 0 0 } tbody, table { display: block } }`;

const FIRST = `curl -sS $COUNTERSIGN_URL/v1/proposals \\
  -H "authorization: Bearer $COUNTERSIGN_KEY" \\
  -H 'content-type: application/json' \\
  -H 'idempotency-key: ticket-8841' \\
  -d '{"action": "billing.refund",
       "input": {"account": "4471", "invoice": "inv_9", "amount": "1250.00"},
       "reason": "Charged twice"}'`;

/** All of the API on one page. */
export function docsPage(): string {
  const operations = Object.entries(OPERATIONS).map(([route, operation]) => operationPart(route, operation));
  const components = Object.entries(COMPONENTS).map(([name, schema]) => {
    const shown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    // The id inside: a browser opens what it is sent to.
    return `<details><summary><code>${name}</code></summary><pre id="schema-${name}">${escaped(JSON.stringify(shown, null, 2))}</pre></details>`;
  });
  return page(
    'Countersign: the agents’ API',
    `<h1>The agents’ API</h1>
<p>Agents propose, people decide, and only what they approve is written. The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<pre>${escaped(FIRST)}</pre>
<p>Then ask until people have decided: <code>GET /v1/proposals/{id}?wait=60</code>. The field <code>next</code> says in plain words what to do.</p>
<p>A refusal says what to do; a <code>type</code> leads to its page. Errors of yours are never worth trying again as they are; 429 and 503 are, under the same key.</p>
<h2>Addresses</h2><nav>${Object.entries(OPERATIONS).map(navLink).join('')}</nav>${operations.join('\n')}
<h2>Problems</h2><p>Every refusal is an RFC 9457 problem; its <code>type</code> never changes its meaning.</p>
<table>${Object.keys(PROBLEMS).filter(isProblemName).map(problemRow).join('\n')}</table>
<h2>Schemas</h2>${components.join('\n')}`,
  );
}

function navLink([route, { id }]: [string, Operation]): string {
  const [method = '', path = ''] = route.split(' ');
  return `<a href="#${id}"><span class="who">${method}</span> ${escaped(path)}</a>`;
}

export function problemPage(name: ProblemName): string {
  const [status, title, help] = PROBLEMS[name];
  return page(
    `${title} (${status})`,
    `<h1>${escaped(title)}</h1><p><code>/problems/${name}</code>, status ${status}</p><p>${inline(help)}</p>
<h2>As it comes</h2><pre>${escaped(JSON.stringify(exampleOf(name), null, 2))}</pre>
<p class="who">With <code>content-type: application/problem+json</code> (RFC 9457). <code>detail</code> says what was wrong this time; <code>type</code> never changes its meaning.</p>
${refusers(name)}<p><a href="/docs">The agents’ API</a></p>`,
  );
}

/** The operations that refuse so. */
function refusers(name: ProblemName): string {
  const links = Object.entries(OPERATIONS).flatMap(([route, { id, problems }]) =>
    problems.includes(name) ? [`<li><a href="/docs#${id}"><code>${escaped(route)}</code></a></li>`] : [],
  );
  return links.length > 0 ? `<h2>Who answers so</h2><ul>${links.join('')}</ul>` : '';
}

function problemRow(name: ProblemName): string {
  const [status, title, help] = PROBLEMS[name];
  return `<tr id="problem-${name}"><td><a href="/problems/${name}"><code>${name}</code></a></td><td>${status}</td><td>${escaped(title)}. ${inline(help)}</td></tr>`;
}

function operationPart(route: string, operation: Operation): string {
  const [method = '', path = ''] = route.split(' ');
  const { id, summary, who, parameters, body, answers, problems } = operation;
  const parts = [
    `<h3 id="${id}"><span class="verb">${method}</span> <code>${escaped(path)}</code> <span class="who">${who === 'anybody' ? '' : `by ${who}s`}</span></h3>`,
    `<p>${inline(summary)}</p>`,
  ];
  const rows = parameters.map(
    (each) =>
      `<tr><td><code>${escaped(each.name)}</code></td><td>${each.in}</td><td>${inline(each.description)}</td></tr>`,
  );
  if (rows.length > 0) parts.push(`<table>${rows.join('')}</table>`);
  if (body) parts.push(`<p>Takes <a href="#schema-${body}"><code>${body}</code></a>.</p>`);
  for (const [status, [component, meaning]] of Object.entries(answers)) {
    const shown = component ? `: <a href="#schema-${component}"><code>${component}</code></a>` : '';
    parts.push(`<p><code>${status}</code> ${inline(meaning)}${shown}</p>`);
  }
  const links = problems.map((name) => `<a href="#problem-${name}">${PROBLEMS[name][0]} ${name}</a>`);
  if (links.length > 0) parts.push(`<p class="who">Refused as ${links.join(', ')}.</p>`);
  return parts.join('\n');
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>${content}</body></html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** What stands between backticks is code. */
function inline(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
