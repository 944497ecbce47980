import { z } from 'zod';
import type { Agent } from '../domain/manifest.ts';
import { callName, cidr, date, duration, rate, secrets, text, who } from './scalars.ts';

/** `system.action`; whether there is such an action is checked with all manifests at hand. */
export const actionName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$/, 'must be an action as system.action');

const callback = z
  .strictObject({
    // Left empty where the environment names none.
    url: z.string().transform((text, context): string => {
      if (text === '') return text;
      const url = /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
      if (url && url.username === '' && url.password === '' && !text.includes('#')) return url.href;
      context.addIssue({
        code: 'custom',
        message: 'must be an http:// or https:// address, without a user and a fragment',
      });
      return z.NEVER;
    }),
    allow_private: z.boolean().default(false),
  })
  .transform((found): Agent['callback'] =>
    found.url === '' ? undefined : { url: found.url, allowPrivate: found.allow_private },
  );

export const agent = z
  .strictObject({
    agent: callName,
    title: text(80),
    owner: who,
    key: z
      .strictObject({ secret: secrets, last_rotated: date.optional(), rotate_every: duration().optional() })
      .refine((key) => (key.last_rotated === undefined) === (key.rotate_every === undefined), {
        message: 'must have both last_rotated and rotate_every, or neither',
      }),
    // An empty list would read as "from nowhere", and left out means "from anywhere".
    allow_from: z.array(cidr).min(1, 'must name a network; left out: from anywhere').default([]),
    may: z.array(actionName).default([]),
    rate: rate.optional(),
    callback: callback.optional(),
    on_behalf_of: z.enum(['optional', 'required']).default('optional'),
    max_pending: z.int().min(1, 'must be at least 1').max(1_000_000, 'must be at most 1000000').optional(),
  })
  .transform((found): Agent => {
    const { title, owner, may, rate, callback } = found;
    return {
      ...{ title, owner, may, rate, callback },
      id: found.agent,
      keys: found.key.secret,
      keyRotation:
        found.key.last_rotated === undefined || found.key.rotate_every === undefined
          ? undefined
          : { lastRotated: found.key.last_rotated, everyMs: found.key.rotate_every },
      allowFrom: found.allow_from,
      maxPending: found.max_pending,
      needsBehalf: found.on_behalf_of === 'required',
    };
  });
