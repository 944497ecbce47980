import { z } from 'zod';
import { isObject, type Json } from '../domain/json.ts';
import type { Action, Find, Undo } from '../domain/manifest.ts';
import { request, requestOf, requestShape } from './request-schema.ts';
import { duration, expression, name, template, text } from './scalars.ts';

/** How long two answers "absent" may lie apart at most: a lost write is looked for while an approver waits. */
const MAX_SETTLE_MS = 60_000;

const field = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "must be the name of one of the record's fields");

const find = z
  .strictObject({
    ...requestShape,
    happened: expression,
    absent: expression,
    settle: duration({ min: 0, max: MAX_SETTLE_MS }).default(2_000),
  })
  .transform(({ happened, absent, settle, ...shape }, context): Find => {
    return { request: requestOf(shape, context), happened, absent, settleMs: settle };
  });

const undo = z
  .strictObject({
    read: request.optional(),
    only_if: expression.optional(),
    do: request,
    within: duration().optional(),
    leaves: text(200).optional(),
  })
  .transform((found): Undo => {
    const { read, only_if: onlyIf, do: request, within: withinMs, leaves } = found;
    return { read, onlyIf, request, withinMs, leaves };
  });

export const action = z
  .strictObject({
    title: text(80),
    scope: name,
    input: z.custom<Json>((value) => value !== undefined, 'must be a JSON Schema'),
    editable: z.array(field).default([]),
    account: expression,
    impact: expression,
    summary: template,
    before: request.optional(),
    show: z.array(field).default([]),
    require: z.array(z.strictObject({ that: expression, else: template })).default([]),
    unchanged: expression.optional(),
    do: request,
    after: request.optional(),
    tell_agent: z.array(field).default([]),
    fields: z.record(field, z.enum(['show', 'mask', 'hash', 'drop'])).default({}),
    find: find.optional(),
    undo: undo.optional(),
    irreversible: text(500).optional(),
  })
  .transform((found, context): Omit<Action, 'id'> => {
    if ((found.undo === undefined) === (found.irreversible === undefined)) {
      context.addIssue({ code: 'custom', message: 'must have either undo or irreversible: <why>' });
    }
    for (const [index, name] of found.editable.entries()) {
      if (fieldsOf(found.input).includes(name)) continue;
      const message = `is no field of the input: ${fieldsOf(found.input).join(', ')}`;
      context.addIssue({ code: 'custom', path: ['editable', index], message });
    }
    const known = [...fieldsOf(found.input), ...found.show, ...found.tell_agent];
    for (const name of Object.keys(found.fields)) {
      if (known.includes(name)) continue;
      const message = `is no field of the input, of show or of tell_agent: ${[...new Set(known)].join(', ')}`;
      context.addIssue({ code: 'custom', path: ['fields', name], message });
    }
    const { scope, input, title, account, impact, summary, before, show, after } = found;
    return {
      ...{ title, scope, input, account, impact, summary, before, show, after },
      require: found.require.map((each) => ({ that: each.that, otherwise: each.else })),
      unchanged: found.unchanged,
      request: found.do,
      tellAgent: found.tell_agent,
      editable: found.editable,
      fields: found.fields,
      find: found.find,
      undo: found.undo,
      irreversible: found.irreversible,
    };
  });

function fieldsOf(schema: Json): string[] {
  return isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
}
