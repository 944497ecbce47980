import { readFileSync } from 'node:fs';
import { nearest } from './domain/nearest.ts';
import { EXIT, Stop } from './errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly databaseUrl: string;
  readonly migrateUrl: string;
  readonly databaseRole: string;
  readonly slack: {
    readonly botToken: string;
    readonly signingSecrets: readonly string[];
    readonly appToken: string | undefined;
    readonly apiUrl: string | undefined;
    readonly command: string;
  };
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly manifests: string;
  readonly log: { readonly level: string; readonly pretty: boolean };
  /** What manifests may refer to. */
  readonly env: Env;
}

/** The environment as it was when the process started; nothing else in the program reads it. */
export function readEnvironment(): Env {
  return { ...process.env };
}

const OURS = ['COUNTERSIGN_URL', 'COUNTERSIGN_KEY'];
/** Kubernetes puts these into every container beside a service of our name. */
const FOREIGN = /^COUNTERSIGN_(SERVICE_|PORT)/;

/** Reads the configuration of `serve`. Throws a {@link Stop} with all that is missing or wrong, never a secret's value. */
export function readConfig(env: Env): Config {
  const problems = unknownNames(env);
  const read = (name: string) => readNamed(env, name, problems);
  const databaseUrl = read('DATABASE_URL');
  const botToken = read('SLACK_BOT_TOKEN');
  const signing = read('SLACK_SIGNING_SECRET');
  const appToken = read('SLACK_APP_TOKEN');
  const missing = [
    databaseUrl ? '' : 'DATABASE_URL',
    botToken ? '' : 'SLACK_BOT_TOKEN',
    signing || appToken ? '' : 'SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN for Socket Mode)',
  ].filter(Boolean);
  if (missing.length > 0)
    problems.push(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`);
  const port = Number(env.PORT ?? '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push('PORT is not a port number');
  if (problems.length > 0) {
    throw new Stop(
      EXIT.configuration,
      `${problems.join('; ')}. To try Countersign with nothing to configure: npm run demo`,
    );
  }
  return {
    databaseUrl: databaseUrl ?? '',
    migrateUrl: read('MIGRATE_DATABASE_URL') ?? databaseUrl ?? '',
    databaseRole: env.DATABASE_ROLE ?? 'countersign_app',
    slack: {
      botToken: botToken ?? '',
      signingSecrets: listOf(signing),
      appToken,
      apiUrl: env.SLACK_API_URL,
      command: env.SLACK_COMMAND ?? '/agent',
    },
    port,
    host: env.HOST ?? '0.0.0.0',
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: listOf(env.TRUSTED_PROXIES),
    manifests: env.MANIFESTS ?? 'manifests',
    log: {
      level: env.LOG_LEVEL ?? 'info',
      pretty: (env.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty',
    },
    env,
  };
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
