import { isIP } from 'node:net';
import { z } from 'zod';
import { Decimal } from '../domain/decimal.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Rate, SecretRef, Who } from '../domain/manifest.ts';

const YEAR_MS = 365 * 86_400_000;

/** Words that commands read as something else: `/agent disable rollback` must not mean a system of that name. */
const RESERVED: ReadonlySet<string> = new Set(
  `all rollback drill because audit show disable enable status pending resolve delegate away back trust checklist help simulate report
  account since until from to past last today yesterday everyone happened not-happened csv`.split(/\s+/),
);

export const name = z
  .string()
  .max(63, 'must be at most 63 characters long')
  .regex(/^[a-z][a-z0-9_-]*$/, 'must be a name: a lower-case letter, then letters, digits, - and _');

/** A name that people type after a command. */
export const callName = name.refine(
  (text) => !RESERVED.has(text),
  'is a word of the commands: take another name',
);

export function text(max: number) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters long`)
    .regex(/^(?!.*\$\{\{)\P{Cc}*$/su, 'must be one line of plain text, without ${{ … }}');
}

/** A bare CEL expression. */
export const expression = z
  .string()
  .min(1, 'must be an expression')
  .max(2_000, 'must be at most 2000 characters long');

/** Text with `${{ … }}` in it. */
export const template = z
  .string()
  .min(1, 'must not be empty')
  .max(1_000, 'must be at most 1000 characters long');

const WHO = 'must be an e-mail address, a Slack member id, or a user group as "@handle"';

export const who = z.string().transform((text, context): Who => {
  const handle = /^@([\p{L}\p{N}._-]{1,80})$/u.exec(text)?.[1];
  if (handle !== undefined) return { kind: 'group', handle };
  if (/^[UW][A-Z0-9]{2,20}$/.test(text)) return { kind: 'id', id: text };
  if (/^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/.test(text)) return { kind: 'email', email: text.toLowerCase() };
  context.addIssue({ code: 'custom', message: WHO });
  return z.NEVER;
});

export const person = who.refine((found) => found.kind !== 'group', 'must be a person, not a group');

/** `#channel`, kept without its mark. */
export const channel = z
  .string()
  .regex(
    /^#[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]{1,80}$/u,
    'must be a channel as "#name" (quoted: # starts a comment)',
  )
  .transform((text) => text.slice(1));

/** In milliseconds, within the bounds given. */
export function duration(bounds: { min?: number; max?: number } = {}) {
  const { min = 1, max = YEAR_MS } = bounds;
  return z.string().transform((text, context): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    const message =
      ms === undefined ? 'must be a duration such as 2s, 30m, 8h or 90d' : `must be ${spanOf(min, max)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

function spanOf(min: number, max: number): string {
  const most = max === YEAR_MS ? '365d' : `${max / 1_000}s`;
  return min > 0 ? `more than 0 and at most ${most}` : `at most ${most}`;
}

const PERIODS: Record<string, number> = { s: 1_000, min: 60_000, h: 3_600_000, day: 86_400_000 };

export const rate = z.string().transform((text, context): Rate => {
  const [, count = '', unit = ''] = /^([1-9]\d{0,6})\/(s|min|h|day)$/.exec(text) ?? [];
  const perMs = PERIODS[unit];
  if (perMs !== undefined) return { limit: Number(count), perMs };
  context.addIssue({ code: 'custom', message: 'must be a rate such as 20/s, 600/min, 100/h or 500/day' });
  return z.NEVER;
});

const AMOUNT = 'must be an amount such as 500 or 499.99';

export const amount = z
  .union([z.number(), z.string()], { error: AMOUNT })
  .transform((value, context): Decimal => {
    const text = String(value);
    if (/^\d{1,15}(\.\d{1,10})?$/.test(text)) return Decimal.parse(text);
    context.addIssue({ code: 'custom', message: AMOUNT });
    return z.NEVER;
  });

/** `500/day`: so much, over a rolling window. */
export const allowance = z.string().transform((text, context): { amount: Decimal; withinMs: number } => {
  const [, sum = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,10})?)\/(h|day)$/.exec(text) ?? [];
  const withinMs = PERIODS[unit];
  if (withinMs !== undefined) return { amount: Decimal.parse(sum), withinMs };
  context.addIssue({ code: 'custom', message: 'must be an amount over a window, such as 500/day or 50/h' });
  return z.NEVER;
});

export const date = z.string().refine(isDate, 'must be a day as 2026-11-02');

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** In 24 hours. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day such as "09:00" (quoted)');

export const cidr = z.string().refine(isCidr, 'must be a network such as 10.0.0.0/8 or 2001:db8::1/128');

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  return (
    version > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  );
}

const SECRET = 'must be env:NAME or file:/path: a secret itself never stands in a manifest';

export const oneSecret = z.string().transform((text, context): SecretRef => {
  const env = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  if (env !== undefined) return { env };
  const file = /^file:(\/\P{Cc}+)$/u.exec(text)?.[1];
  if (file !== undefined) return { file };
  context.addIssue({ code: 'custom', message: SECRET });
  return z.NEVER;
});

/** One, or two while it is rotated; the new one first. */
export const secrets = z
  .union([oneSecret, z.array(oneSecret).min(1).max(2)], {
    error: `${SECRET}; or a list of two, the new one first`,
  })
  .transform((found) => (Array.isArray(found) ? found : [found]));
