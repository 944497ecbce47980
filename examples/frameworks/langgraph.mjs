// LangGraph's interrupt: the graph stops while people decide, and nothing has to run meanwhile. With a checkpointer that lasts
// (Postgres) the process may end: the callback of the proposal, or whoever waits for it, resumes the thread.
//   cd examples/frameworks && npm ci
//   OPENAI_API_KEY=… COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… node langgraph.mjs 'Refund 1250.00 of inv_9, account 4471'
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import {
  Command,
  END,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createClient } from '../../clients/javascript/countersign.js';

const {
  COUNTERSIGN_URL: url = '',
  COUNTERSIGN_KEY: key = '',
  THREAD: thread_id = 'ticket-8841',
} = process.env;
const client = createClient({ url, key });
const [refund] = (await client.tools()).filter(({ action }) => action === 'billing.refund');
const model = new ChatOpenAI({ model: process.env.MODEL ?? 'gpt-5' }).bindTools([
  {
    type: 'function',
    function: { name: refund.name, description: refund.description, parameters: refund.inputSchema },
  },
]);

async function think({ messages }) {
  return { messages: [await model.invoke(messages)] };
}

async function gate({ messages }, { configurable }) {
  const [{ id, args }] = messages.at(-1).tool_calls;
  const { reason, ...input } = args;
  // LangGraph runs this again when it resumes: under the same key it is the same proposal.
  const idempotency_key = `${configurable.thread_id}/${id}`;
  const proposal = await client.propose({ action: refund.action, input, reason, idempotency_key });
  const { state, next, execution } = proposal.settled ? proposal : interrupt(proposal);
  const told = JSON.stringify({ state, next, result: execution?.result });
  return { messages: [new ToolMessage({ tool_call_id: id, content: told })] };
}

const graph = new StateGraph(MessagesAnnotation)
  .addNode('think', think)
  .addNode('gate', gate)
  .addEdge(START, 'think')
  .addConditionalEdges('think', ({ messages }) => (messages.at(-1).tool_calls?.length ? 'gate' : END))
  .addEdge('gate', 'think')
  .compile({ checkpointer: new MemorySaver() });

const config = { configurable: { thread_id } };
let state = await graph.invoke({ messages: [new HumanMessage(process.argv[2] ?? '')] }, config);
while (isInterrupted(state)) {
  const [{ value: proposal }] = state[INTERRUPT];
  console.log(`#${proposal.number}: ${proposal.next}`);
  state = await graph.invoke(
    new Command({ resume: await client.wait(proposal.id, { until: 'settled' }) }),
    config,
  );
}
console.log(state.messages.at(-1).content);
