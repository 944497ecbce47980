// The Vercel AI SDK: the model's tools are what this agent may propose, and each answers once people have decided.
//   cd examples/frameworks && npm ci
//   OPENAI_API_KEY=… COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… node vercel-ai.mjs 'Refund 1250.00 of inv_9, account 4471'
import { openai } from '@ai-sdk/openai';
import { generateText, jsonSchema, stepCountIs, tool } from 'ai';
import { createClient } from '../../clients/javascript/countersign.js';

const { COUNTERSIGN_URL: url = '', COUNTERSIGN_KEY: key = '' } = process.env;
const onProposed = ({ number, next }) => console.log(`#${number}: ${next}`);
const offered = await createClient({ url, key }).tools({ onProposed });

const tools = Object.fromEntries(
  offered.map(({ name, description, inputSchema, call }) => [
    name,
    tool({
      description,
      inputSchema: jsonSchema(inputSchema),
      // The id of the call is the key: a step that runs again proposes nothing new.
      execute: (input, { toolCallId, abortSignal: signal }) =>
        call(input, { idempotency_key: toolCallId, signal }),
    }),
  ]),
);

const { text } = await generateText({
  model: openai(process.env.MODEL ?? 'gpt-5'),
  tools,
  stopWhen: stepCountIs(5),
  prompt: process.argv[2] ?? '',
});
console.log(text);
