import { z } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import { COMPONENTS, type ComponentName } from './components.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { exampleOf, PROBLEMS, type ProblemName } from './problem.ts';

const DESCRIPTION = `Agents propose, people decide, and only what they approve is written.

An agent proves itself with \`Authorization: Bearer <key>\`, or with Standard Webhooks headers (\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`) and \`countersign-agent\`, signed with the same key. Errors are RFC 9457 problems; each \`type\` is explained at its own address.`;

/** The OpenAPI 3.1 document of this door, from the schemas that judge what comes in. */
export function openApi(publicUrl: string | undefined): JsonObject {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Countersign',
      version: '1.0.0',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    paths: paths(),
    webhooks: { proposal: { post: callback() } },
    components: {
      schemas: schemas(),
      securitySchemes: {
        agent: { type: 'http', scheme: 'bearer', description: 'The key of an agent' },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description: 'Standard Webhooks, with countersign-agent: the same key signs id, time and body',
        },
        system: { type: 'http', scheme: 'bearer', description: 'The token of a system' },
        person: {
          type: 'http',
          scheme: 'bearer',
          description: 'The key that `cli` of org.yml gives to a person',
        },
      },
    },
  };
}

function schemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, {
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(made).map(([id, schema]) => [
      id,
      asJson({ ...schema, $id: undefined, $schema: undefined }),
    ]),
  );
}

function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

function paths(): JsonObject {
  const found: Record<string, JsonObject> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = route.split(' ');
    found[path] = { ...found[path], [method.toLowerCase()]: describe(operation) };
  }
  return found;
}

const SECURITY = {
  agent: [{ agent: [] }, { signature: [] }],
  system: [{ system: [] }],
  person: [{ person: [] }],
  anybody: [],
};

function describe(operation: Operation): JsonObject {
  const { id, summary, who, parameters, body, answers, problems } = operation;
  return {
    operationId: id,
    summary,
    tags: [who],
    security: SECURITY[who],
    parameters: parameters.map((each) =>
      asJson({ ...each, ...(each.in === 'path' ? { required: true } : {}) }),
    ),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: ref(body) } } } }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, [component, description]]) => [
          status,
          { description, ...(component ? { content: answerContent(component) } : {}) },
        ]),
      ),
      ...problemResponses(problems),
    },
  };
}

/** One answer a status, which may be of several types. */
function problemResponses(names: readonly ProblemName[]): JsonObject {
  const byStatus = Map.groupBy([...names, 'internal' as const], (name) => PROBLEMS[name][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, found]) => [
      String(status),
      {
        description: found.map((name) => PROBLEMS[name][1]).join('; or: '),
        content: {
          'application/problem+json': {
            schema: ref('Problem'),
            examples: Object.fromEntries(found.map((name) => [name, { value: exampleOf(name) }])),
          },
        },
      },
    ]),
  );
}

function callback(): JsonObject {
  return {
    operationId: 'callback',
    summary: "What becomes of its proposals, at the address of an agent's manifest",
    description:
      'Standard Webhooks, signed with the agent’s key. At least once, in order a proposal, for a day; `data` is the proposal as it is when it is sent: ignore an older `version` than you have.',
    requestBody: { required: true, ...content('application/json', ref('Callback')) },
    responses: { '2XX': { description: 'Taken; anything else is tried again' } },
  };
}

function answerContent(name: ComponentName): JsonObject {
  const schema = ref(name);
  if (name === 'CloudEvents') return { 'application/cloudevents-batch+json': { schema } };
  // MCP's revisions differ in how they answer.
  const stream = name === 'JsonRpc' ? { 'text/event-stream': { schema: { type: 'string' } } } : {};
  return { 'application/json': { schema }, ...stream };
}

function content(type: string, schema: JsonObject): { content: JsonObject } {
  return { content: { [type]: { schema } } };
}

function ref(name: ComponentName): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}
