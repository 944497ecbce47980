import { z } from 'zod';
import type { Act } from './protocol.ts';

const elementState = z.looseObject({ type: z.string() }).catchall(z.json());
const values = z.record(z.string(), z.record(z.string(), elementState));
const as = { as: z.string() };
const place = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), channel: z.string(), ts: z.string() }),
  z.strictObject({ kind: z.literal('view'), viewId: z.string() }),
]);
const element = { place, blockId: z.string(), actionId: z.string() };

/** `Act` of the protocol, checked. */
export const actSchema: z.ZodType<Act> = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('say'),
    ...as,
    channel: z.string(),
    text: z.string(),
    threadTs: z.string().exactOptional(),
  }),
  z.strictObject({
    act: z.literal('use'),
    ...as,
    ...element,
    chosen: elementState,
    state: values.exactOptional(),
  }),
  z.strictObject({ act: z.literal('suggest'), ...as, ...element, value: z.string() }),
  z.strictObject({ act: z.literal('submit'), ...as, viewId: z.string(), values }),
  z.strictObject({ act: z.literal('close'), ...as, viewId: z.string(), all: z.boolean().exactOptional() }),
  z.strictObject({
    act: z.literal('shortcut'),
    ...as,
    callbackId: z.string(),
    channel: z.string().exactOptional(),
    ts: z.string().exactOptional(),
  }),
  z.strictObject({ act: z.literal('open_home'), ...as, tab: z.enum(['home', 'messages']) }),
  z.strictObject({ act: z.literal('read'), ...as, channel: z.string() }),
  z.strictObject({ act: z.literal('dismiss'), ...as, channel: z.string(), ts: z.string() }),
  z.strictObject({ act: z.literal('open_dm'), ...as, withPerson: z.string() }),
  z.strictObject({ act: z.literal('propose'), ...as, body: z.string() }),
]);
