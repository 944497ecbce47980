// The Vercel AI SDK over MCP: no client of ours, the tools come from POST /mcp. The model proposes, and calls wait_for_decision itself.
//   cd examples/frameworks && npm ci
//   OPENAI_API_KEY=… COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… node vercel-ai-mcp.mjs 'Refund 1250.00 of inv_9, account 4471'
import { createMCPClient } from '@ai-sdk/mcp';
import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';

const { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: key } = process.env;
const mcp = await createMCPClient({
  transport: { type: 'http', url: `${url}/mcp`, headers: { authorization: `Bearer ${key}` } },
});
try {
  const { text } = await generateText({
    model: openai(process.env.MODEL ?? 'gpt-5'),
    tools: await mcp.tools(),
    stopWhen: stepCountIs(60),
    prompt: process.argv[2] ?? '',
  });
  console.log(text);
} finally {
  await mcp.close();
}
