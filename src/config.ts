import { readFileSync } from 'node:fs';
import { nearest } from './domain/nearest.ts';
import { readSigningKey } from './domain/signing-key.ts';
import { EXIT, Stop } from './errors.ts';
import { networks } from './http/client-address.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What a command on the database alone needs. */
export interface StoreConfig {
  readonly databaseUrl: string;
  readonly migrateUrl: string;
  readonly databaseRole: string;
  /** The key, and a directory that signed heads are appended to. */
  readonly audit: { readonly signingKey: string | undefined; readonly checkpoints: string | undefined };
}

/** Everything in one process; the doors, without the systems' credentials; or the process that holds these and writes. */
export type Role = 'all' | 'gate' | 'writer';

/** What every process that serves needs. */
export interface WriterConfig extends StoreConfig {
  readonly port: number;
  readonly host: string;
  readonly manifests: string;
  readonly log: { readonly level: string; readonly pretty: boolean };
  /** What manifests may refer to. */
  readonly env: Env;
}

export interface Config extends WriterConfig {
  readonly role: Exclude<Role, 'writer'>;
  readonly slack: {
    readonly botToken: string;
    readonly signingSecrets: readonly string[];
    readonly appToken: string | undefined;
    readonly apiUrl: string | undefined;
    readonly command: string;
  };
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
}

/** The environment as it was when the process started; nothing else in the program reads it. */
export function readEnvironment(): Env {
  return { ...process.env };
}

const OURS = ['COUNTERSIGN_URL', 'COUNTERSIGN_KEY'];
/** Kubernetes puts these into every container beside a service of our name. */
const FOREIGN = /^COUNTERSIGN_(SERVICE_|PORT)/;

/** Reads what commands on the database need. Throws a {@link Stop}. */
export function readStoreConfig(env: Env): StoreConfig {
  const problems = unknownNames(env);
  const config = storeConfig(env, problems);
  if (config.databaseUrl === '') problems.push('DATABASE_URL is not set');
  if (problems.length > 0) throw new Stop(EXIT.configuration, `${problems.join('; ')}.`);
  return config;
}

/** Where a running server is, and the key of an agent or a person. Throws a {@link Stop}. */
export function readClientConfig(env: Env): { readonly url: string; readonly key: string } {
  const problems = unknownNames(env);
  const url = readNamed(env, 'COUNTERSIGN_URL', problems) ?? '';
  const key = readNamed(env, 'COUNTERSIGN_KEY', problems) ?? '';
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    problems.push('COUNTERSIGN_URL is to be the address of a running server, such as http://127.0.0.1:3000');
  if (key === '') problems.push("COUNTERSIGN_KEY is to be an agent's key, or a person's own of org.yml");
  if (problems.length > 0) throw new Stop(EXIT.configuration, `${problems.join('; ')}.`);
  return { url: url.replace(/\/+$/, ''), key };
}

/** What a command beside the server asks Slack with; undefined: it was given no token. Throws a {@link Stop}. */
export function readSlackToken(
  env: Env,
): { readonly token: string; readonly apiUrl: string | undefined } | undefined {
  const problems: string[] = [];
  const token = readNamed(env, 'SLACK_BOT_TOKEN', problems);
  if (problems.length > 0) throw new Stop(EXIT.configuration, `${problems.join('; ')}.`);
  return token === undefined ? undefined : { token, apiUrl: env.SLACK_API_URL };
}

const APPLICATION_ROLE = 'countersign_app';
const WRITER_ROLE = 'countersign_writer';

function storeConfig(env: Env, problems: string[], role = APPLICATION_ROLE): StoreConfig {
  const databaseUrl = readNamed(env, 'DATABASE_URL', problems) ?? '';
  const signingKey = readNamed(env, 'AUDIT_SIGNING_KEY', problems);
  try {
    if (signingKey) readSigningKey(signingKey, 'any', false);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : 'AUDIT_SIGNING_KEY is not a key');
  }
  return {
    databaseUrl,
    migrateUrl: readNamed(env, 'MIGRATE_DATABASE_URL', problems) ?? databaseUrl,
    databaseRole: env.DATABASE_ROLE ?? role,
    audit: { signingKey, checkpoints: env.AUDIT_CHECKPOINTS || undefined },
  };
}

/** Reads the configuration of `serve`. Throws a {@link Stop} with all that is missing or wrong, never a secret's value. */
export function readConfig(env: Env, role: Config['role'] = 'all'): Config {
  const problems = unknownNames(env);
  const read = (name: string) => readNamed(env, name, problems);
  const store = storeConfig(env, problems);
  const botToken = read('SLACK_BOT_TOKEN');
  const signingSecrets = listOf(read('SLACK_SIGNING_SECRET'));
  const appToken = read('SLACK_APP_TOKEN');
  const missing = [
    store.databaseUrl ? '' : 'DATABASE_URL',
    botToken ? '' : 'SLACK_BOT_TOKEN',
    signingSecrets.length > 0 || appToken ? '' : 'SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN for Socket Mode)',
  ].filter(Boolean);
  if (missing.length > 0)
    problems.push(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`);
  const serving = servingConfig(env, problems);
  const trustedProxies = listOf(env.TRUSTED_PROXIES);
  try {
    networks(trustedProxies);
  } catch (error) {
    problems.push(`TRUSTED_PROXIES: ${error instanceof Error ? error.message : 'no networks'}`);
  }
  refuse(problems);
  return {
    ...store,
    ...serving,
    role,
    slack: {
      botToken: botToken ?? '',
      signingSecrets,
      appToken,
      apiUrl: env.SLACK_API_URL,
      command: env.SLACK_COMMAND ?? '/agent',
    },
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies,
  };
}

/** Reads the configuration of `serve --role writer`, which knows nothing of Slack. Throws a {@link Stop}. */
export function readWriterConfig(env: Env): WriterConfig {
  const problems = unknownNames(env);
  const store = storeConfig(env, problems, WRITER_ROLE);
  if (store.databaseUrl === '') problems.push('DATABASE_URL is not set');
  const serving = servingConfig(env, problems);
  refuse(problems);
  return { ...store, ...serving };
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function servingConfig(env: Env, problems: string[]): Omit<WriterConfig, keyof StoreConfig> {
  const port = Number(env.PORT ?? '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push('PORT is not a port number');
  const level = env.LOG_LEVEL ?? 'info';
  if (!LOG_LEVELS.includes(level)) problems.push(`LOG_LEVEL is one of ${LOG_LEVELS.join(', ')}`);
  return {
    port,
    host: env.HOST ?? '0.0.0.0',
    manifests: env.MANIFESTS ?? 'manifests',
    log: {
      level,
      pretty: (env.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty',
    },
    env,
  };
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new Stop(
    EXIT.configuration,
    `${problems.join('; ')}. To try Countersign with nothing to configure: npm run demo`,
  );
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function unknownNames(env: Env): string[] {
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith('COUNTERSIGN_') && !FOREIGN.test(name) && !OURS.includes(name.replace(/_FILE$/, '')),
    )
    .map((name) => {
      const meant = nearest(name, OURS);
      return `${name} is not known${meant ? `; did you mean ${meant}?` : ''}`;
    });
}

/** A value, or the content of the file that NAME_FILE names. */
function readNamed(env: Env, name: string, problems: string[]): string | undefined {
  const value = env[name];
  const file = env[`${name}_FILE`];
  if (file === undefined) return value || undefined;
  if (value !== undefined) {
    problems.push(`${name} and ${name}_FILE are both set: keep one`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    problems.push(`the file of ${name}_FILE can't be read`);
    return undefined;
  }
}
