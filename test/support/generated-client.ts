import { Ajv2020 } from 'ajv/dist/2020.js';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { isObject, type Json, type JsonObject } from '../../src/domain/json.ts';
import { AGENT_KEY } from './door.ts';

export interface Sending {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly key?: string;
}

export interface GeneratedClient {
  /** Every operation that the document has. */
  readonly operations: readonly string[];
  readonly called: ReadonlySet<string>;
  /** Sends what the document says, and fails for an answer that the document does not. */
  call(operationId: string, sending?: Sending): Promise<{ status: number; body: JsonObject }>;
}

/** A client that `openapi-client-axios` makes of nothing but the served document; every answer is held against that too. */
export async function generateClient(url: string): Promise<GeneratedClient> {
  const api = new OpenAPIClientAxios({ definition: `${url}/openapi.json`, withServer: { url } });
  const client = await api.init();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'doc', ...Object(await (await fetch(`${url}/openapi.json`)).json()) });
  const called = new Set<string>();
  return {
    called,
    operations: api.getOperations().flatMap(({ operationId }) => operationId ?? []),
    async call(operationId, { path = {}, query = {}, body, key = AGENT_KEY } = {}) {
      const send = client[operationId];
      const operation = api.getOperation(operationId);
      if (!send || !operation) throw new Error(`the document has no ${operationId}`);
      called.add(operationId);
      const response = await send({ ...path, ...query }, body, {
        headers: {
          ...(operation.security?.length ? { authorization: `Bearer ${key}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          accept: 'application/json, text/event-stream',
        },
        responseType: 'text',
        transformResponse: (text: unknown) => text,
        validateStatus: () => true,
      });
      const text = String(response.data);
      const described: unknown = operation.responses?.[response.status];
      if (!isObject(described as Json)) throw new Error(`${operationId} answers ${response.status}: ${text}`);
      const { content } = described as { content?: Json };
      const type = String(response.headers['content-type'] ?? '');
      if (!isObject(content)) return { status: response.status, body: {} };
      const media = content[type];
      if (!isObject(media)) throw new Error(`${operationId} answers ${response.status} with ${type}`);
      if (type === 'text/event-stream') return { status: response.status, body: {} };
      const said: Json = JSON.parse(text);
      const named = isObject(media.schema) ? media.schema.$ref : undefined;
      const check = ajv.compile(typeof named === 'string' ? { $ref: `doc${named}` } : Object(media.schema));
      if (!check(said)) throw new Error(`${operationId}: ${ajv.errorsText(check.errors)} in ${text}`);
      return { status: response.status, body: isObject(said) ? said : { list: said } };
    },
  };
}
