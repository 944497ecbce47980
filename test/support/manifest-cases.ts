import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const CASES = join(import.meta.dirname, '../cases/manifests');

/** What the base set needs; the values are such that no message could hold them by chance. */
export const ENV = {
  BILLING_URL: 'http://127.0.0.1:4010',
  BILLING_TOKEN: 'tok_billing_5e2b',
  BILLING_SANDBOX_URL: 'http://127.0.0.1:4020',
  CRM_SANDBOX_MCP_URL: 'http://127.0.0.1:4021',
  CRM_MCP_URL: 'http://127.0.0.1:4011',
  REFUND_AGENT_KEY: 'key_new_77aa_of_the_refund_agent_0123456789abcdef',
  REFUND_AGENT_OLD_KEY: 'key_old_31bc_of_the_refund_agent_0123456789abcdef',
  EVIL: 'x ${{ input.amount }}',
};

export type Files = Record<string, string>;

/** The texts under a directory by name, `systems/billing.yml`. */
export function readFiles(directory: string, under = ''): Files {
  const files: Files = {};
  for (const name of readdirSync(join(directory, under))) {
    const path = under === '' ? name : `${under}/${name}`;
    if (statSync(join(directory, path)).isDirectory()) Object.assign(files, readFiles(directory, path));
    else files[path] = readFileSync(join(directory, path), 'utf8');
  }
  return files;
}

/** `replace: null` writes the whole file. */
const edit = z.object({ in: z.string(), replace: z.string().nullable(), with: z.string() });
export type Edit = z.infer<typeof edit>;

const testCase = z
  .strictObject({
    it: z.string(),
    says: z.array(z.string()),
    edits: z.array(edit).default([]),
    ...edit.partial().shape,
  })
  .transform(({ it, says, edits, ...single }) => ({
    ...{ it, says },
    edits: single.in === undefined ? edits : [edit.parse(single), ...edits],
  }));

export function readCases(file: string) {
  return z
    .array(testCase)
    .min(1)
    .parse(parse(readFileSync(join(CASES, file), 'utf8')));
}

/** The files with the edits made; throws for an edit that changes nothing, whose case would test nothing. */
export function edited(files: Files, edits: readonly Edit[]): Files {
  const result = { ...files };
  for (const each of edits) {
    const text = result[each.in] ?? '';
    if (each.replace === null) result[each.in] = each.with;
    else {
      if (!text.includes(each.replace)) throw new Error(`${each.in} does not hold ${each.replace}`);
      result[each.in] = text.replace(each.replace, () => each.with);
    }
  }
  return result;
}
