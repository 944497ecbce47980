// The old system: contract administration of 2007, which speaks SOAP and nothing else.
//   node examples/soap-wrapper/legacy.mjs 8007
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fault, message, read } from './soap.mjs';

const contracts = new Map([
  ['70001', { number: '70001', holder: 'Ines & Sons <Ltd>', status: 'active', premium: '1250.00' }],
  ['70002', { number: '70002', holder: 'Northwind Traders', status: 'active', premium: '310.00' }],
]);
/** By the caller's reference, which the system keeps: so a change can be found again. */
const changes = new Map();
let silent = Number(process.env.SILENT_CHANGES ?? 0);

const operations = {
  GetContract: ({ number }) => contracts.get(number) ?? 'There is no such contract',
  FindChange: ({ reference }) => changes.get(reference) ?? 'There is no such change',
  SetStatus({ reference, contract, status }) {
    const found = contracts.get(contract);
    if (!found) return 'There is no such contract';
    if (found.status === status) return `It is ${status} already`;
    found.status = status;
    changes.set(reference, { reference, contract, status });
    return changes.get(reference);
  },
};

async function serve(request, response) {
  const answer = (status, xml) =>
    response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(xml);
  if (request.method === 'GET')
    return answer(200, readFileSync(new URL('contracts.wsdl', import.meta.url), 'utf8'));
  try {
    const { name, fields } = read(await text(request));
    const action = request.headers.soapaction?.replaceAll('"', '').split(':').at(-1);
    if (!Object.hasOwn(operations, name) || action !== name)
      return answer(500, fault('Client', 'No such operation'));
    const result = operations[name](fields);
    // As old systems do now and then: it has done it, and says nothing.
    if (name === 'SetStatus' && silent-- > 0) return;
    return typeof result === 'string'
      ? answer(500, fault('Client', result))
      : answer(200, message(`${name}Response`, result));
  } catch {
    return answer(500, fault('Server', 'It can not be read'));
  }
}

const server = createServer((request, response) => void serve(request, response));
server.listen(Number(process.argv[2] ?? 8007), '127.0.0.1', () =>
  console.log(`contracts at http://127.0.0.1:${server.address().port}/contracts`),
);
