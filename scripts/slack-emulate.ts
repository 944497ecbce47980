import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type CallSlack, slackCaller } from '../test/support/call-slack.ts';
import { runContract } from '../test/support/slack-contract.ts';

/**
 * Holds the contract of the local workspace against a second Web API that has nothing to do with us, vercel-labs/emulate.
 * Where the two part ways is written down here, with the reason, so that a difference nobody has looked at fails.
 */
const emulate = 'emulate@0.12.2';
const differences: Readonly<Record<string, string>> = {
  'auth.test says who the bot is, and which scopes its token has':
    'its seeded tokens are people’s, without bot_id and x-oauth-scopes',
  'a token that is wrong or missing is refused with HTTP 200':
    'it takes any token as that of its first person',
  'a method that does not exist is unknown_method': 'it answers HTTP 404',
  'text and blocks come back escaped, with ids made up where there were none': 'it stores what it is given',
  'a block that is too long is named by its pointer': 'it does not look into blocks',
  'fifty-one blocks, a header of 151 characters and an unknown type are refused':
    'it does not look into blocks',
  'a direct conversation is opened once, and found again': 'it opens none with oneself',
  'a person has a time zone and is found by e-mail': 'its people have no time zone',
  'the members of a channel come in pages': 'it takes any cursor',
};

const token = 'xoxb-contract';
const seed = `slack:
  team: { name: Acme, domain: acme }
  users: [{ name: lea, real_name: Lea Brandt, email: lea@acme.test }]
  channels: [{ name: agent-ops }]
  tokens: [{ token: ${token}, user: lea, scopes: ["chat:write", "users:read", "im:write"] }]
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(call: CallSlack): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    const isUp = await call('auth.test').then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await pause(500);
  }
  throw new Error(`${emulate} does not answer; can npx fetch it?`);
}

/** The id of the thing of that name in a list. */
async function idOf(call: CallSlack, method: string, list: string, name: string): Promise<string> {
  const { body } = await call(method);
  const found = (body[list] as { id: string; name: string }[]).find((each) => each.name === name);
  if (!found) throw new Error(`${emulate} has no ${name} in ${method}`);
  return found.id;
}

async function compare(call: CallSlack): Promise<void> {
  const channel = await idOf(call, 'conversations.list', 'channels', 'agent-ops');
  const user = await idOf(call, 'users.list', 'members', 'lea');
  for await (const { title, broken } of runContract({ call, channel, user })) {
    const known = differences[title];
    if (broken === undefined && known === undefined) console.log(`kept       ${title}`);
    else if (broken !== undefined && known !== undefined) console.log(`differs    ${title}: ${known}`);
    else {
      process.exitCode = 1;
      console.error(
        `UNEXPECTED ${title}\n           ${broken ?? 'kept, though it is listed as a difference'}`,
      );
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'slack-emulate-'));
const seedFile = join(folder, 'seed.yml');
writeFileSync(seedFile, seed);
const port = await freePort();
const child = spawn(
  'npx',
  ['--yes', emulate, 'start', '--service', 'slack', '--port', String(port), '--seed', seedFile],
  { stdio: 'ignore', detached: true },
);
try {
  const call = slackCaller(`http://127.0.0.1:${port}/api/`, token);
  await answers(call);
  await compare(call);
} finally {
  if (child.pid) process.kill(-child.pid, 'SIGTERM');
  rmSync(folder, { recursive: true });
}
