import { z } from 'zod';
import { type ConnectorConfig, readsThrough } from '../domain/connector-config.ts';
import { sandboxName } from '../domain/drill-names.ts';
import type { Pager, Sandbox, System, Who } from '../domain/manifest.ts';
import { EDITS, lineOf } from '../domain/scope.ts';
import { action } from './action-schema.ts';
import { connector, type SandboxDraft } from './connector-schema.ts';
import { credential } from './credential-schema.ts';
import { callName, name, oneSecret, text, who } from './scalars.ts';
import { wrongWithLine } from './scope-lines.ts';

const scopes = z
  .record(name, z.array(z.string().max(500)).min(1, 'must name at least one request'))
  .default({});

const PAGER = 'must be the address (https://…) that takes the pager’s events, or a map of url and key';

const pagerUrl = z.string().refine(isPagerUrl, PAGER);

/** Plain http serves a pager in the company’s own network. */
function isPagerUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.hash === '';
}

const pager = z
  .union([pagerUrl, z.strictObject({ url: pagerUrl, key: oneSecret })], { error: PAGER })
  .transform((found): Pager => (typeof found === 'string' ? { url: found, key: undefined } : found));

type OnCall = { readonly onCall: Who; readonly pager: Pager | undefined };

const onCall = z
  .union([who, z.strictObject({ person: who, webhook: pager.optional() })], {
    error: 'must be a person or a group, or a map of person and webhook',
  })
  .transform(
    (found): OnCall =>
      'person' in found
        ? { onCall: found.person, pager: found.webhook }
        : { onCall: found, pager: undefined },
  );

export const system = z
  .strictObject({
    system: callName,
    title: text(80),
    kind: z.enum(['system_of_record', 'system_of_engagement', 'last_resort']),
    on_conflict: text(500),
    read: scopes,
    write: scopes,
    on_call: onCall,
    owner: who,
    rollback_contact: who,
    credential: credential.optional(),
    connector,
    actions: z.record(name, action).default({}),
  })
  .transform((found, context): System => {
    const { title, kind, read, write, owner, credential } = found;
    const { config, rate, closed, sandbox } = found.connector;
    checkLines('read', read, readsThrough(config)?.type, context);
    checkLines('write', write, config.type, context);
    if (credential === undefined && (config.type !== 'manual' || config.reads !== undefined))
      context.addIssue({ code: 'custom', message: 'is missing', path: ['credential'] });
    const actions = Object.entries(found.actions).map(([id, each]) => [id, { id, ...each }] as const);
    const live: System = {
      ...{ title, kind, read, write, owner, credential, rate, closed },
      id: found.system,
      onConflict: found.on_conflict,
      ...found.on_call,
      rollbackContact: found.rollback_contact,
      connector: config,
      actions: Object.fromEntries(actions),
    };
    return sandbox ? { ...live, sandbox: sandboxOf(live, sandbox) } : live;
  });

/** The same system at another address with another credential: whatever a drill proves is of the same connector. */
function sandboxOf(live: System, { config, credential, rate, reset, drill }: SandboxDraft): Sandbox {
  const edits = [reset, ...Object.values(drill).map(({ edit }) => edit)].flatMap((each) =>
    each ? [lineOf(each)] : [],
  );
  const system: System = {
    ...live,
    ...{ connector: config, credential, pager: undefined },
    id: sandboxName(live.id),
    title: `${live.title} (sandbox)`,
    rate: rate ?? live.rate,
    closed: [],
    write: edits.length === 0 ? live.write : { ...live.write, [EDITS]: edits },
  };
  return { system, reset, drill };
}

/** Whatever kind of connector it is, its scopes are written in its own words. */
function checkLines(
  key: 'read' | 'write',
  scopes: Readonly<Record<string, readonly string[]>>,
  type: ConnectorConfig['type'] | undefined,
  context: z.RefinementCtx,
): void {
  for (const [scope, lines] of Object.entries(scopes)) {
    for (const [index, line] of lines.entries()) {
      const wrong = type ? wrongWithLine(type, line) : 'must be left out: nothing of this system can be read';
      if (wrong) context.addIssue({ code: 'custom', message: wrong, path: [key, scope, index] });
    }
  }
}
