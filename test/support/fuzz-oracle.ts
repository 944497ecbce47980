import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openApi } from '../../src/http/openapi.ts';
import type { FuzzRequest } from './fuzz-requests.ts';

/** Why a proposal should not have been accepted; undefined: it was right to. It shares no code with the door but its published schemas. */
export type Oracle = (
  request: FuzzRequest,
  accepted: { readonly input: unknown; readonly reason: unknown },
) => string | undefined;

export function createOracle(inputSchema: object): Oracle {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'doc', ...openApi(undefined) });
  const isProposal = ajv.compile({ $ref: 'doc#/components/schemas/NewProposal' });
  const isInput = ajv.compile(inputSchema);
  return (request, accepted) => {
    if (!request.proved) return 'its sender is not proved';
    const bytes = request.body ?? Buffer.alloc(0);
    const text = bytes.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(bytes)) return 'it is no UTF-8';
    const body: unknown = parse(text);
    if (!isProposal(body)) return `it is no proposal: ${ajv.errorsText(isProposal.errors)}`;
    const { input, reason } = Object(body);
    if (!isInput(input)) return `its input is not valid: ${ajv.errorsText(isInput.errors)}`;
    if (keysWritten(text) !== keysIn(body)) return 'a key stands twice';
    if (/\\u0000|[\ud800-\udfff]/u.test(JSON.stringify(body)))
      return 'it holds what Postgres or JSON can not';
    if (!isDeepStrictEqual(accepted.input, input)) return 'another input is stored than was sent';
    if (accepted.reason !== reason) return 'another reason is stored than was sent';
    return undefined;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts that a colon follows. */
function keysWritten(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const below = Object.values(value).map(keysIn);
  return below.reduce((sum, each) => sum + each, Array.isArray(value) ? 0 : Object.keys(value).length);
}
