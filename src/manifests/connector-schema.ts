import { z } from 'zod';
import type {
  DayWindow,
  HttpConnector,
  ManualConnector,
  McpConnector,
  QueueConnector,
  RequestTemplate,
} from '../domain/connector-config.ts';
import type { Json } from '../domain/json.ts';
import type { Credential, DrilledAction, Rate } from '../domain/manifest.ts';
import { credential } from './credential-schema.ts';
import { request } from './request-schema.ts';
import { date, duration, name, rate } from './scalars.ts';

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** What the HTTP client sets itself. */
const OWN_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

const headerName = z
  .string()
  .regex(TOKEN, 'must be the name of a header')
  .refine((text) => !OWN_HEADERS.has(text.toLowerCase()), 'is a header that the HTTP client sets itself');

const headerValue = z
  .string()
  .max(2_000, 'must be at most 2000 characters long')
  .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be visible ASCII')
  .refine((text) => !text.includes('${{'), 'can hold ${secret}, but no ${{ … }}');

/** Scheme and host stand there in full, so that nothing an agent writes can send the credential elsewhere. */
const address = z.string().transform((text, context): string => {
  const url =
    /^https?:\/\/[^/?#]/i.test(text) && !text.includes('${') && URL.canParse(text)
      ? new URL(text)
      : undefined;
  if (url === undefined)
    context.addIssue({ code: 'custom', message: 'must be an http:// or https:// address' });
  else if (url.username !== '' || url.password !== '') {
    context.addIssue({ code: 'custom', message: 'must hold no user or password: use ${secret} in a header' });
  } else if (/[?#]/.test(text))
    context.addIssue({ code: 'custom', message: 'must have no query and no fragment' });
  else return url.href.replace(/\/+$/, '');
  return z.NEVER;
});

const remote = {
  allow_private: z.boolean().default(false),
  headers: z.record(headerName, headerValue).default({}),
  timeout: duration({ max: 30_000 }).default(10_000),
};

const http = {
  type: z.literal('http'),
  base_url: address,
  ...remote,
  idempotency: z.strictObject({ header: headerName }).optional(),
};

const word = z
  .string()
  .min(1, 'must not be empty')
  .max(1_000, 'must be at most 1000 characters long')
  .refine((text) => !text.includes('\0'), 'must hold no NUL')
  .refine((text) => !text.includes('${{'), 'can hold no ${{ … }}')
  .refine(
    (text) => !text.includes('${secret}'),
    'must not hold ${secret}, which every process list would show: use env',
  );

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of a variable');

const mcp = {
  type: z.literal('mcp'),
  url: address.optional(),
  command: z.array(word).min(1, 'must name a program').optional(),
  directory: z.string().startsWith('/', 'must be an absolute path').optional(),
  env: z
    .record(
      variable,
      z
        .string()
        .max(2_000, 'must be at most 2000 characters long')
        .refine((text) => !text.includes('${{'), 'can hold ${secret}, but no ${{ … }}'),
    )
    .optional(),
  ...remote,
};

const drilled = z
  .strictObject({
    input: z.record(z.string(), z.custom<Json>()),
    edit: request.optional(),
    weight: z.int().min(1, 'must be at least 1').max(1_000, 'must be at most 1000').default(1),
  })
  .transform(({ input, edit, weight }): DrilledAction => ({ input, edit, weight }));

/** All else is as the connector itself has it. */
const sandbox = {
  allow_private: z.boolean().default(false),
  credential,
  rate: rate.optional(),
  reset: request.optional(),
  drill: z
    .record(name, drilled)
    .refine((found) => Object.keys(found).length > 0, 'must name at least one action'),
};

/** A sandbox as its connector holds it. */
export interface SandboxDraft {
  readonly config: HttpConnector | McpConnector;
  readonly credential: Credential;
  /** Undefined: the live system's. */
  readonly rate: Rate | undefined;
  readonly reset: RequestTemplate | undefined;
  readonly drill: Readonly<Record<string, DrilledAction>>;
}

const httpSandbox = z.strictObject({ base_url: address, ...sandbox });
const mcpSandbox = z.strictObject({ url: address, ...sandbox });

function httpSandboxOf(
  found: z.output<typeof httpSandbox> | undefined,
  live: HttpConnector,
): SandboxDraft | undefined {
  if (!found) return undefined;
  const { base_url: baseUrl, allow_private: allowPrivate, credential, rate, reset, drill } = found;
  return { config: { ...live, baseUrl, allowPrivate }, credential, rate, reset, drill };
}

function mcpSandboxOf(
  found: z.output<typeof mcpSandbox> | undefined,
  live: McpConnector,
  context: z.RefinementCtx,
): SandboxDraft | undefined {
  if (!found) return undefined;
  if ('command' in live) {
    context.addIssue({ code: 'custom', message: 'does not belong to command', path: ['sandbox'] });
    return undefined;
  }
  const { url, allow_private: allowPrivate, credential, rate, reset, drill } = found;
  return { config: { ...live, url, allowPrivate }, credential, rate, reset, drill };
}

type Found<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

function checkHeaders(
  headers: Readonly<Record<string, string>>,
  own: string | undefined,
  context: z.RefinementCtx,
) {
  checkCredentials('headers', headers, context);
  for (const key of Object.keys(headers)) {
    if (key.toLowerCase() !== own?.toLowerCase()) continue;
    const message = 'is the header of idempotency: it is set for each write';
    context.addIssue({ code: 'custom', message, path: ['headers', key] });
  }
}

/** What is named like a credential holds the system's own. */
function checkCredentials(
  where: 'headers' | 'env',
  values: Readonly<Record<string, string>>,
  context: z.RefinementCtx,
) {
  for (const [key, value] of Object.entries(values)) {
    const isCredential = /^(proxy-)?authorization$|^cookie$|api[-_]?key|token|secret|password/i.test(key);
    if (!isCredential || value.includes('${secret}')) continue;
    const message = 'must hold ${secret}: a credential never stands in a manifest';
    context.addIssue({ code: 'custom', message, path: [where, key] });
  }
}

function httpOf(found: Found<typeof http>, context: z.RefinementCtx): HttpConnector {
  const { type, headers, timeout: timeoutMs, allow_private: allowPrivate } = found;
  const idempotencyHeader = found.idempotency?.header;
  checkHeaders(headers, idempotencyHeader, context);
  return { type, headers, idempotencyHeader, allowPrivate, timeoutMs, baseUrl: found.base_url };
}

function mcpOf(found: Found<typeof mcp>, context: z.RefinementCtx): McpConnector {
  const { type, url, command, env, directory, headers, timeout: timeoutMs, allow_private } = found;
  const foreign = (key: string, of: string) =>
    context.addIssue({ code: 'custom', message: `does not belong to ${of}`, path: [key] });
  if ((url === undefined) === (command === undefined)) {
    context.addIssue({ code: 'custom', message: 'must have exactly one of url and command' });
    return z.NEVER;
  }
  if (command === undefined) {
    if (env !== undefined) foreign('env', 'url');
    if (directory !== undefined) foreign('directory', 'url');
    checkHeaders(headers, undefined, context);
    return { type, url: url ?? '', headers, allowPrivate: allow_private, timeoutMs };
  }
  if (Object.keys(headers).length > 0) foreign('headers', 'command');
  if (allow_private) foreign('allow_private', 'command');
  checkCredentials('env', env ?? {}, context);
  return { type, command, directory, env: env ?? {}, timeoutMs };
}

const closed = z
  .array(
    z.string().transform((text, context): DayWindow => {
      const [, from = '', to = ''] =
        /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
      if (from !== to) return { from, to };
      context.addIssue({ code: 'custom', message: 'must be a time of the day such as "03:00-04:30"' });
      return z.NEVER;
    }),
  )
  .default([]);

const paced = { rate: rate.optional(), closed };
const HOUR_MS = 3_600_000;

/** How a system is reached, with what it may be asked at most and when nothing is written. */
export const connector = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...http, ...paced, sandbox: httpSandbox.optional() }).transform((found, context) => {
      const config = httpOf(found, context);
      return pacedBy(found, config, httpSandboxOf(found.sandbox, config));
    }),
    z.strictObject({ ...mcp, ...paced, sandbox: mcpSandbox.optional() }).transform((found, context) => {
      const config = mcpOf(found, context);
      return pacedBy(found, config, mcpSandboxOf(found.sandbox, config, context));
    }),
    z
      .strictObject({
        type: z.literal('queue'),
        lease: duration({ min: 1_000, max: 24 * HOUR_MS }).default(HOUR_MS / 4),
        ...paced,
      })
      .transform((found) => {
        const config: QueueConnector = { type: found.type, leaseMs: found.lease };
        return pacedBy(found, config);
      }),
    z
      .strictObject({
        type: z.literal('manual'),
        until: date,
        reads: z
          .discriminatedUnion('type', [
            z.strictObject(http).transform(httpOf),
            z.strictObject(mcp).transform(mcpOf),
          ])
          .optional(),
        ...paced,
      })
      .transform((found) => {
        const config: ManualConnector = { type: found.type, until: found.until, reads: found.reads };
        return pacedBy(found, config);
      }),
  ],
  { error: 'must be one of http, mcp, queue, manual' },
);

function pacedBy<Config>({ rate, closed }: Found<typeof paced>, config: Config, sandbox?: SandboxDraft) {
  return { config, rate, closed, sandbox };
}
