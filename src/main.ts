#!/usr/bin/env node
import { setTimeout as wait } from 'node:timers/promises';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addAgentCommands } from './cli/agent.ts';
import { addAuditCommands } from './cli/audit.ts';
import { runKeygen } from './cli/keygen.ts';
import { addPersonCommands } from './cli/person.ts';
import {
  type Role,
  readClientConfig,
  readConfig,
  readEnvironment,
  readSlackToken,
  readStoreConfig,
  readWriterConfig,
} from './config.ts';
import type { Manifests } from './domain/manifest.ts';
import { EXIT, Stop } from './errors.ts';

const env = readEnvironment();
const STARTING_MS = 5_000;

// Each command imports what it runs: `countersign keygen` needs neither Slack nor a database.

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('not a port number');
  return value;
}

/** Stops once on SIGTERM or SIGINT; a second signal ends the process at once. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    void stop().then(() => process.exit(EXIT.done));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function serve({ role }: { readonly role: Role }): Promise<void> {
  const starting = startRole(role);
  // Also while it starts: what was begun by then is bounded, and nothing of it is lost if it is cut off.
  stopOnSignal(async () => {
    const app = await Promise.race([starting, wait(STARTING_MS)]);
    await app?.stop();
  });
  await starting;
}

async function startRole(role: Role): Promise<{ stop(): Promise<void> }> {
  if (role !== 'writer') return (await import('./app.ts')).startApp(readConfig(env, role));
  return (await import('./writer.ts')).startWriter(readWriterConfig(env));
}

async function demo(options: {
  port: number;
  slackPort: number;
  fresh?: boolean;
  agent: boolean;
  decide?: 'approve' | 'reject' | 'expire';
}): Promise<void> {
  const { curlLine, startDemoWorld } = await import('./demo/demo.ts');
  const world = await startDemoWorld({
    port: options.port,
    slackPort: options.slackPort,
    fresh: options.fresh ?? false,
    decide: options.decide,
  });
  try {
    const { startApp } = await import('./app.ts');
    const app = await startApp(readConfig({ ...env, ...world.env }));
    stopOnSignal(() => app.stop().then(world.stop));
    const say = (line: string) => process.stdout.write(`${line}\n`);
    world.introduce(app.url, { agent: options.agent, log: say });
    say(
      `\nThe local Slack workspace: ${world.pageUrl}\n\nA proposal of your own:\n${curlLine(app.url, world.agentKey)}\n\nFor npx countersign propose, the clients and examples/ (the API: ${app.url}/docs):\nexport COUNTERSIGN_URL=${app.url} COUNTERSIGN_KEY=${world.agentKey}\n`,
    );
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function runLint(directory: string, options: { json?: boolean }): Promise<void> {
  const { lint } = await import('./manifests/lint.ts');
  const { formatProblem } = await import('./manifests/problem.ts');
  const { problems, summary } = lint(directory, env);
  if (options.json) process.stdout.write(`${JSON.stringify({ problems, summary }, null, 2)}\n`);
  else process.stdout.write(`${[...problems.map(formatProblem), summary].join('\n')}\n`);
  process.exitCode = problems.some(({ level }) => level === 'error') ? EXIT.no : EXIT.done;
}

async function checklist(options: { json?: boolean }): Promise<void> {
  const { runChecklist } = await import('./cli/checklist.ts');
  const { connectorPool, secretReader } = await import('./open-connectors.ts');
  const { readManifests } = await import('./resources.ts');
  const manifests = readManifests({ manifests: env.MANIFESTS ?? 'manifests', env });
  const connectors = connectorPool(secretReader(env));
  const askSlack = await slackOnce(manifests);
  process.exitCode = await runChecklist(readStoreConfig(env), manifests, connectors.of, askSlack, options);
  await connectors.close();
}

/** Undefined: there is no token to ask Slack with. */
async function slackOnce(manifests: Manifests) {
  const slack = readSlackToken(env);
  if (!slack) return undefined;
  const { lookAtSlackOnce } = await import('./slack/look-at-slack.ts');
  const { createLogger } = await import('./logger.ts');
  const log = createLogger({ level: 'silent', pretty: false });
  return () => lookAtSlackOnce({ ...slack, log, manifests });
}

function commands(): Command {
  const program = new Command('countersign')
    .description('The gate between AI agents and the systems a company already runs')
    .exitOverride();
  program
    .command('serve')
    .description('serve agents and Slack (what `npm start` runs)')
    .addOption(
      new Option(
        '--role <role>',
        "all in one process; or a gate without the systems' credentials, beside a writer that alone holds them",
      )
        .choices(['all', 'gate', 'writer'])
        .default('all'),
    )
    .action(serve);
  program
    .command('demo')
    .description('everything on this machine, with nothing to configure')
    .option('--port <port>', 'of the bot', port, 3000)
    .option('--slack-port <port>', 'of the local Slack workspace', port, 3001)
    .option('--fresh', 'forget what earlier runs left')
    .addOption(
      new Option(
        '--decide <how>',
        'people who decide everything by themselves, or nobody: for tests of your own agent',
      ).choices(['approve', 'reject', 'expire']),
    )
    .option('--no-agent', 'without the agent that posts proposals by itself')
    .action(demo);
  program
    .command('migrate')
    .description('bring the database up to date, and nothing else')
    .action(async () => {
      const { migrateStore } = await import('./migrate-store.ts');
      const config = readStoreConfig(env);
      await migrateStore({ url: config.migrateUrl, role: config.databaseRole });
    });
  program
    .command('lint')
    .description('check a directory of manifests')
    .argument('[dir]', 'the directory', env.MANIFESTS ?? 'manifests')
    .option('--json', 'as JSON')
    .action(runLint);
  program
    .command('keygen')
    .description("make a key for an agent, or for a person's CLI")
    .option('--signing', "make the audit's Ed25519 key instead")
    .option('--json', 'as JSON')
    .action(runKeygen);
  program
    .command('checklist')
    .description('what a launch needs, each line with its evidence; exit 1 if one is red')
    .option('--json', 'as JSON')
    .action(checklist);
  addAuditCommands(program, () => readStoreConfig(env));
  addAgentCommands(program, () => readClientConfig(env));
  addPersonCommands(program, () => readClientConfig(env));
  return program;
}

// No await: the bundle is a script, and has none at its top.
commands()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    else if (error instanceof Stop) {
      process.stderr.write(`${error.message}\n`);
      // Not only its code: what was opened by then would keep the process.
      process.exit(error.exitCode);
    } else throw error;
  });
