import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../domain/json.ts';
import { type Agent, findAction, type Manifests, type OfferedAction } from '../domain/manifest.ts';
import type { Answer } from './answer.ts';
import { LIMITS } from './limits.ts';

/** What a model is offered: how it is called, and what comes of a call. */
export interface DoorTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonObject & { readonly type: 'object' };
  readonly readOnly: boolean;
  run(args: JsonObject): Promise<Answer>;
}

/** What tools may do: propose, look, wait, withdraw and answer. There is none that decides. */
export interface ToolActs {
  propose(body: JsonObject): Promise<Answer>;
  listActions(): Promise<Answer>;
  getProposal(id: string): Promise<Answer>;
  wait(id: string, seconds: number, until: string): Promise<Answer>;
  withdraw(id: string): Promise<Answer>;
  answer(id: string, question: string, text: string): Promise<Answer>;
}

/** One for each action that the agent may propose, and those that every agent has. */
export function toolsOf(manifests: Manifests, agent: Agent, acts: ToolActs): DoorTool[] {
  const tools = fixedTools(acts);
  for (const name of agent.may) {
    const offered = findAction(manifests, name);
    const taken = tools.map((tool) => tool.name);
    if (offered) tools.push(actionTool(offered, agent, toolName(name, taken), acts));
  }
  return tools;
}

/** At most 64 characters that every model's API takes. */
function toolName(action: string, taken: readonly string[]): string {
  const plain = action.replaceAll('.', '_');
  if (plain.length <= 64 && !taken.includes(plain)) return plain;
  return `${plain.slice(0, 55)}_${createHash('sha256').update(action).digest('hex').slice(0, 8)}`;
}

const PROPOSES =
  'Proposes it: people decide, and only then is it written. The answer says what happens next; do not propose the same again.';

function actionTool(
  { name, system, action }: OfferedAction,
  agent: Agent,
  tool: string,
  acts: ToolActs,
): DoorTool {
  const given = isObject(action.input) ? action.input : {};
  const properties = isObject(given.properties) ? given.properties : {};
  const own = Object.keys(properties);
  // An input with such a field of its own keeps it.
  const named = (field: string) => (own.includes(field) ? `proposal_${field}` : field);
  const [reason, key, behalf] = [named('reason'), named('idempotency_key'), named('on_behalf_of')];
  const required = Array.isArray(given.required) ? given.required : [];
  return {
    name: tool,
    title: `${action.title} (${system.title})`,
    description: `${action.title}, in ${system.title}. ${PROPOSES}`,
    inputSchema: {
      ...given,
      type: 'object',
      properties: {
        ...properties,
        [reason]: text('Why, for the people who decide', LIMITS.reasonCharacters),
        [key]: text('The same for every try of one proposal', LIMITS.keyCharacters),
        [behalf]: text('The e-mail of who asks for it, who then decides nothing of it', 255),
      },
      required: [...required, reason, ...(agent.needsBehalf ? [behalf] : [])],
    },
    readOnly: false,
    run: ({ [reason]: why, [key]: same, [behalf]: who, ...input }) =>
      acts.propose({
        action: name,
        input,
        ...(why === undefined ? {} : { reason: why }),
        ...(same === undefined ? {} : { idempotency_key: same }),
        ...(who === undefined ? {} : { on_behalf_of: who }),
      }),
  };
}

const LONGEST_WAIT = 50;
const ID = text('Of the proposal: its id or number', 100);

function fixedTools(acts: ToolActs): DoorTool[] {
  return [
    {
      ...{ name: 'list_actions', title: 'What may be proposed', readOnly: true },
      description: 'Lists the actions that you may propose, with their input schemas and who decides.',
      inputSchema: schema({}, []),
      run: () => acts.listActions(),
    },
    {
      ...{ name: 'get_proposal', title: 'One proposal', readOnly: true },
      description: 'Shows a proposal of yours: its state, decisions, questions and outcome.',
      inputSchema: schema({ id: ID }, ['id']),
      run: ({ id }) => acts.getProposal(words(id)),
    },
    {
      ...{ name: 'wait_for_decision', title: 'Wait for people', readOnly: true },
      description: `Waits until a proposal is decided (or settled), ${LONGEST_WAIT} seconds at most; call it again while it is pending.`,
      inputSchema: schema(
        {
          id: ID,
          until: { type: 'string', enum: ['decided', 'settled'], default: 'decided' },
          timeout_seconds: { type: 'integer', minimum: 0, maximum: LONGEST_WAIT, default: LONGEST_WAIT },
        },
        ['id'],
      ),
      run: ({ id, until, timeout_seconds: seconds }) =>
        acts.wait(words(id), bounded(seconds), until === 'settled' ? until : 'decided'),
    },
    {
      ...{ name: 'withdraw', title: 'Take a proposal back', readOnly: false },
      description: 'Takes a proposal of yours back, while nobody has decided.',
      inputSchema: schema({ id: ID }, ['id']),
      run: ({ id }) => acts.withdraw(words(id)),
    },
    {
      ...{ name: 'answer', title: 'Answer a question', readOnly: false },
      description: 'Answers what somebody asked about a proposal of yours: see its questions.',
      inputSchema: schema({ id: ID, question: text('Its id, q_…', 100), text: text('The answer', 4_000) }, [
        'id',
        'question',
        'text',
      ]),
      run: ({ id, question, text: said }) => acts.answer(words(id), words(question), words(said)),
    },
  ];
}

function schema(properties: JsonObject, required: string[]): DoorTool['inputSchema'] {
  return { type: 'object', properties, required, additionalProperties: false };
}

function text(description: string, maxLength: number): JsonObject {
  return { type: 'string', description, minLength: 1, maxLength };
}

/** What is no text names nothing. */
function words(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function bounded(value: Json | undefined): number {
  return typeof value === 'number' && value >= 0 ? Math.min(LONGEST_WAIT, Math.floor(value)) : LONGEST_WAIT;
}
