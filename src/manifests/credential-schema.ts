import { z } from 'zod';
import type { Credential } from '../domain/manifest.ts';
import { requestOf, requestShape } from './request-schema.ts';
import { date, duration, expression, secrets, text } from './scalars.ts';

export const credential = z
  .strictObject({
    account: text(200),
    secret: secrets,
    last_rotated: date.optional(),
    rotate_every: duration().optional(),
    prove: z
      .strictObject({ ...requestShape, that: expression })
      .transform(({ that, ...shape }, context) => ({ request: requestOf(shape, context), that }))
      .optional(),
  })
  .transform(({ account, secret, last_rotated, rotate_every, prove }): Credential => {
    return { account, secrets: secret, lastRotated: last_rotated, rotateEveryMs: rotate_every, prove };
  });
