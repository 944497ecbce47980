import { z } from 'zod';
import { agent } from './agent-schema.ts';
import type { Kind } from './kind.ts';
import { org } from './org-schema.ts';
import { system } from './system-schema.ts';
import { workflow } from './workflow-schema.ts';

export const SCHEMAS = { org, system, agent, workflow } as const satisfies Record<Kind, z.ZodType>;

/** The JSON Schema of one kind of manifest as people write it, before defaults. */
export function jsonSchemaOf(kind: Kind): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(SCHEMAS[kind], { io: 'input', unrepresentable: 'any' });
}
