// The wrapper: plain HTTP in front of the old system, as thin as it goes. It decides nothing and keeps nothing.
//   CONTRACTS_TOKEN=… SOAP_URL=http://127.0.0.1:8007/contracts node examples/soap-wrapper/wrapper.mjs 8080
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { message, NAMESPACE, read } from './soap.mjs';

const { SOAP_URL = 'http://127.0.0.1:8007/contracts', CONTRACTS_TOKEN = '' } = process.env;

/** Calls one operation, once. A fault of ours (Client) is a no; anything else may have happened, and is said so. */
async function call(operation, fields) {
  const response = await fetch(SOAP_URL, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${NAMESPACE}:${operation}"` },
    body: message(operation, fields),
    signal: AbortSignal.timeout(2_000),
  });
  const { name, fields: answer } = read(await response.text());
  if (name === `${operation}Response`) return { status: 200, body: answer };
  if (name === 'Fault' && answer.faultcode?.endsWith('Client'))
    return {
      status: answer.faultstring?.startsWith('There is no') ? 404 : 409,
      body: { error: answer.faultstring },
    };
  return { status: 502, body: { error: 'The old system did not say what became of it' } };
}

const routes = [
  ['GET', /^\/contracts\/(\w+)$/, ([number]) => call('GetContract', { number })],
  ['GET', /^\/changes\/([\w-]+)$/, ([reference]) => call('FindChange', { reference })],
  [
    'POST',
    /^\/contracts\/(\w+)\/status$/,
    ([contract], { status, reference }) => call('SetStatus', { reference, contract, status }),
  ],
];

function isOurs(header = '') {
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${CONTRACTS_TOKEN}`)];
  return CONTRACTS_TOKEN !== '' && given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function answer(request) {
  if (!isOurs(request.headers.authorization)) return { status: 401, body: { error: 'Send the token' } };
  for (const [method, path, act] of routes) {
    const match = path.exec(request.url);
    if (request.method !== method || !match) continue;
    const body = method === 'POST' ? JSON.parse(await text(request)) : {};
    return act(match.slice(1), body);
  }
  return { status: 404, body: { error: 'There is no such page' } };
}

async function serve(request, response) {
  const { status, body } = await answer(request).catch(() => ({
    status: 502,
    body: { error: 'It did not answer' },
  }));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const server = createServer((request, response) => void serve(request, response));
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () =>
  console.log(`wrapper at http://127.0.0.1:${server.address().port}`),
);
