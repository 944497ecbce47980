// The OpenAI Agents SDK: the agent's tools are what it may propose, and each answers once people have decided.
//   cd examples/frameworks && npm ci
//   OPENAI_API_KEY=… COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… node openai-agents.mjs 'Refund 1250.00 of inv_9, account 4471'
import { Agent, run, tool } from '@openai/agents';
import { createClient } from '../../clients/javascript/countersign.js';

const { COUNTERSIGN_URL: url = '', COUNTERSIGN_KEY: key = '' } = process.env;
const onProposed = ({ number, next }) => console.log(`#${number}: ${next}`);
const offered = await createClient({ url, key }).tools({ onProposed });

const agent = new Agent({
  name: 'Refunds',
  model: process.env.MODEL ?? 'gpt-5',
  instructions: 'Help the support team. If a tool says no, say why and do not try again.',
  tools: offered.map(({ name, description, inputSchema, call }) =>
    tool({
      name,
      description,
      parameters: inputSchema,
      strict: false,
      // The id of the call is the key: a step that runs again proposes nothing new.
      execute: (input, _context, details) => call(input, { idempotency_key: details?.toolCall?.callId }),
    }),
  ),
});

const { finalOutput } = await run(agent, process.argv[2] ?? '');
console.log(finalOutput);
