import type { AuditEvent } from './audit.ts';
import { Decimal } from './decimal.ts';
import { formatDuration } from './duration.ts';
import { canonicalText, isObject, type Json, type JsonObject } from './json.ts';
import { formatMoney, type Money, moneyOf } from './money.ts';
import { switchedName } from './switches.ts';

export interface StoryEntry {
  readonly at: Date;
  /** Of the proposal; null: it belongs to none. */
  readonly number: number | null;
  readonly line: string;
  readonly detail: string | null;
}

/** One event in words. They hold what agents and systems wrote: whoever shows them neutralises them. */
export function describeEvent(event: AuditEvent): StoryEntry {
  const { at, number } = event;
  const tell = WORDS[event.type];
  const [line, detail = null] = tell ? tell(event) : [event.type.replace(/[._]/g, ' ')];
  return { at, number, line, detail };
}

type Words = readonly [line: string, detail?: string | null];

const WORDS: Readonly<Record<string, (event: AuditEvent) => Words>> = {
  'proposal.received': ({ agent, data }) => [
    `proposed by ${agent ?? 'an agent'}: ${textOf(data.summary)} (${impactWords(data)})`,
    agentWords(data),
  ],
  'proposal.judged': ({ data }) => [`judged: ${textOf(data.tier)}`],
  'decision.recorded': ({ data }) => [
    `${decided(data)} by ${byOf(data.by).name}${forWords(data)}`,
    reasonOf(data),
  ],
  'proposal.blocked': ({ data }) => [`blocked: ${textOf(data.because)}`],
  'proposal.expired': () => ['expired: nobody decided in time'],
  'proposal.reminded': () => ['nobody had decided: reminded'],
  'proposal.escalated': ({ data }) => [`nobody had decided: ${escalationWords(data)}`],
  'proposal.clocks_moved': ({ data }) => [
    `given back ${formatDuration(Number(data.by_ms))}: ${textOf(data.because)}`,
  ],
  'proposal.withdrawn': () => ['withdrawn by the agent'],
  'proposal.superseded': ({ data }) => [`changed by ${byOf(data.by).name}: ${amendWords(data)}`],
  'proposal.handed_over': ({ data }) => [`handed over by ${byOf(data.by).name} to ${byOf(data.to).name}`],
  'review.lapsed': () => ['nobody reviewed it in time'],
  'approval.lapsed': ({ data }) => [`asked again: ${textOf(data.because)}`],
  'execution.started': ({ data }) => [`write begun, attempt ${textOf(data.attempt)}`],
  'execution.executed': ({ data }) => [`written${changeWords(data)}${resultWords(data)}`],
  'execution.failed': ({ data }) => [`failed: ${textOf(data.why)}`],
  'execution.put_off': ({ data }) => [`not written yet: ${textOf(data.why)}`],
  'execution.became_unknown': ({ data }) => [`may have happened: ${textOf(data.why)}`],
  'execution.handed_over': () => ['given to who does it by hand'],
  'execution.done_by_hand': ({ data }) => [
    `done by hand by ${byOf(data.by).name}${shownWords(data)}`,
    evidenceOf(data),
  ],
  'execution.not_done_by_hand': ({ data }) => [`not done, says ${byOf(data.by).name}`, evidenceOf(data)],
  'execution.resolved': ({ data }) => [
    `${byOf(data.by).name} found that it ${data.happened === true ? 'happened' : 'did not happen'}`,
  ],
  'card.posted': ({ data }) => [`${data.form === 'line' ? 'listed' : 'shown'} in ${textOf(data.target)}`],
  'page.posted': () => ['its on-call asked in alerts whether it happened'],
  'undo.started': ({ data }) => [`undoing begun, attempt ${textOf(data.attempt)}`],
  'undo.put_off': ({ data }) => [`not undone yet: ${textOf(data.why)}`],
  'undo.conflicted': ({ data }) => [`left as it is: ${textOf(data.why)}`],
  'undo.failed': ({ data }) => [`could not be undone: ${textOf(data.why)}`],
  'undo.became_unknown': ({ data }) => [`may have been undone: ${textOf(data.why)}`],
  'undo.resolved': ({ data }) => [
    `${byOf(data.by).name} found that it was ${data.happened === true ? `undone${rollbackWords(data)}` : 'not undone'}`,
  ],
  'proposal.rolled_back': ({ data }) =>
    data.by === undefined
      ? [`undone${rollbackWords(data)}`]
      : [`undone by hand by ${byOf(data.by).name}${shownWords(data)}`, evidenceOf(data)],
  'rollback.planned': ({ data }) => [`rollback ${textOf(data.rollback)} planned by ${byOf(data.by).name}`],
  'rollback.confirmed': ({ data }) => [
    `rollback ${textOf(data.rollback)} confirmed by ${byOf(data.by).name}`,
  ],
  'drill.started': ({ data }) => [
    `drill ${textOf(data.drill)} of ${textOf(data.system)} ordered by ${byOf(data.by).name}`,
  ],
  'drill.edited': ({ data }) => [`drill ${textOf(data.drill)}: a record changed as by somebody else`],
  'drill.undoing': ({ data }) => [`drill ${textOf(data.drill)}: undoing begun`],
  'drill.finished': ({ data }) => [
    `drill ${textOf(data.drill)} of ${textOf(data.system)} ${data.passed === true ? 'passed' : 'failed'}: ${textOf(data.undone)} of ${textOf(data.writes)} undone, ${textOf(data.conflicted)} left as others made them, ${textOf(data.irreversible)} irreversible`,
  ],
  'outbox.retried': ({ data }) => [
    `${textOf(data.count)} that had been given up tried again by ${byOf(data.by).name}`,
  ],
  'checklist.overridden': ({ data }) => [
    `${textOf(data.what)} overridden by ${byOf(data.by).name}`,
    textOf(data.because),
  ],
  'group.seen': ({ data }) => [`@${textOf(data.group)} has ${namesIn(data.members)}`],
  'group.changed': ({ data }) => [
    `@${textOf(data.group)} changed: ${namesIn(data.added)} came, ${namesIn(data.removed)} went`,
  ],
  'person.pinned': ({ data }) => [`${textOf(data.email)} is ${textOf(data.slack)} from now on`],
  'person.joined': ({ data }) => [`${textOf(data.slack)} is one person with another account`],
  'person.address_changed': ({ data }) => [`${textOf(data.slack)} goes by ${textOf(data.email)} too`],
  'person.address_claimed': ({ data }) => [
    `${textOf(data.slack)} shows ${textOf(data.email)}, which is another account's`,
  ],
  'question.asked': ({ data }) => [`${byOf(data.by).name} asked: ${textOf(data.text)}`],
  'question.answered': ({ data }) => [`answered: ${textOf(data.text)}`],
  'absence.began': ({ data }) => [`away until ${textOf(data.until)}`],
  'absence.ended': () => ['back'],
  'trust.restored': ({ agent, data }) => [
    `${byOf(data.by).name} gave ${agent ?? 'an agent'} back what it may decide alone`,
  ],
  'system.breaker_opened': ({ system, data }) => [`${system} is left alone for now: ${textOf(data.why)}`],
  'system.breaker_closed': ({ system }) => [`${system} answers again`],
  'audit.read': (event) => [
    event.number === null
      ? `the audit of ${lookedAt(event)} was looked at`
      : 'looked at with its whole history',
  ],
  'audit.shared': (event) => [`the audit of ${lookedAt(event)} was shared in ${textOf(event.data.channel)}`],
  'audit.exported': (event) => [`the audit of ${lookedAt(event)} was exported`],
  'audit.erased': ({ data }) => [
    `${textOf(data.count)} personal values were erased by ${byOf(data.by).name}`,
    textOf(data.because),
  ],
  'proposal.erased': ({ data }) => [
    `what was personal in it was erased`,
    reasonOf({ reason: data.because ?? null }),
  ],
  'audit.month_retired': ({ data }) => [
    `${textOf(data.rows)} events were archived and taken out (${textOf(data.archive)})`,
  ],
  'signing_key.first_used': ({ data }) => [
    `the record is signed with the key ${textOf(data.key)} from now on`,
  ],
  'inbox.received': ({ system, data }) => [`${system} told agents something (${textOf(data.id)})`],
  'manifests.loaded': ({ data }) => [`manifests ${textOf(data.digest).slice(0, 19)}… are in force`],
  'switch.disabled': ({ data }) => [
    `${byOf(data.by).name} switched ${switchedName(textOf(data.scope))} off`,
    reasonOf(data),
  ],
  'switch.enable_asked': ({ data }) => [
    `${byOf(data.by).name} asked to switch ${switchedName(textOf(data.scope))} on`,
  ],
  'switch.enabled': ({ data }) => [`${byOf(data.by).name} switched ${switchedName(textOf(data.scope))} on`],
};

const DECIDED: Readonly<Record<string, string>> = {
  approve: 'approved',
  reject: 'rejected',
  agree: 'agreed to',
  object: 'objected to',
  take_back: 'taken back',
};

function decided({ kind }: JsonObject): string {
  return DECIDED[textOf(kind)] ?? textOf(kind);
}

function forWords(data: JsonObject): string {
  return isObject(data.for) ? ` for ${byOf(data.for).name}` : '';
}

function amendWords({ changes }: JsonObject): string {
  const fields = isObject(changes) ? Object.entries(changes) : [];
  return fields
    .map(
      ([name, change]) =>
        `${name} ${isObject(change) ? `${textOf(change.from)} → ${textOf(change.to)}` : ''}`,
    )
    .join(', ');
}

function escalationWords({ added, page }: JsonObject): string {
  const names = Array.isArray(added) ? added.map(textOf) : [];
  const words = [
    ...(names.length > 0 ? [`${names.join(' and ')} may decide too`] : []),
    ...(page === true ? ['paged'] : []),
  ];
  return words.join(', ');
}

/** Whether the system itself shows what a person says. */
function shownWords({ agrees }: JsonObject): string {
  if (agrees === true) return ', and the system shows it';
  return agrees === false ? ', but the system does not show it' : '';
}

function lookedAt({ number, account, agent, system, data }: AuditEvent): string {
  if (typeof data.person === 'string') return data.person;
  if (number !== null) return `#${number}`;
  return account ? `account ${account}` : (agent ?? system ?? 'everything');
}

function evidenceOf({ evidence }: JsonObject): string | null {
  return evidence ? `“${textOf(evidence)}”` : null;
}

/** What the agent pointed to, and what it was about: `Ticket 4711 (https://…); thread t-1`. */
function agentWords({ evidence, metadata }: JsonObject): string | null {
  const pieces = Array.isArray(evidence) ? evidence : evidence === undefined ? [] : [evidence];
  const words = [
    ...pieces.map((piece) =>
      isObject(piece) ? `${textOf(piece.title)} (${textOf(piece.url)})` : `evidence ${textOf(piece)}`,
    ),
    ...(isObject(metadata)
      ? Object.entries(metadata).map(([name, text]) => `${name} ${textOf(text)}`)
      : metadata === undefined
        ? []
        : [`metadata ${textOf(metadata)}`]),
  ];
  return words.length > 0 ? words.join('; ') : null;
}

function reasonOf({ reason }: JsonObject): string | null {
  return reason ? `“${textOf(reason)}”` : null;
}

/** Who an event names; the agent's own tier is no person. */
export function byOf(value: Json | undefined): { id: string; name: string } {
  const by = isObject(value) ? value : {};
  const id = textOf(by.id ?? '');
  return { id, name: id.startsWith('tier:') ? 'the agent’s own tier' : textOf(by.name ?? 'somebody') };
}

/** Null: it could not be computed; undefined: the event does not say. */
export function impactOf({ impact }: JsonObject): Money | null | undefined {
  if (impact === null || impact === undefined) return impact;
  if (!isObject(impact) || typeof impact.amount !== 'string' || typeof impact.currency !== 'string')
    return undefined;
  return moneyOf(Decimal.parse(impact.amount), impact.currency);
}

function impactWords(data: JsonObject): string {
  const impact = impactOf(data);
  return impact ? formatMoney(impact) : 'impact unknown';
}

function changeWords({ before, after }: JsonObject): string {
  if (!isObject(after)) return '';
  const was = isObject(before) ? before : {};
  const changes = Object.entries(after).filter(([name, value]) => textOf(was[name]) !== textOf(value));
  const words = changes.map(([name, value]) => `${name} ${textOf(was[name])} → ${textOf(value)}`);
  return words.length > 0 ? `: ${words.join(', ')}` : ': nothing that is shown changed';
}

/** By which rollback, and on whose word. */
function rollbackWords({ rollback_number, confirmed_by }: JsonObject): string {
  return typeof rollback_number === 'number'
    ? ` by rollback ${rollback_number}, which ${byOf(confirmed_by).name} confirmed`
    : '';
}

function namesIn(ids: Json | undefined): string {
  return Array.isArray(ids) && ids.length > 0 ? ids.map(textOf).join(' and ') : 'nobody';
}

function resultWords({ result }: JsonObject): string {
  const told = isObject(result) ? Object.entries(result) : [];
  return told.length > 0 ? ` (${told.map(([name, value]) => `${name} ${textOf(value)}`).join(', ')})` : '';
}

/** A value of an event as it stands in a sentence. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return 'unknown';
  return typeof value === 'string' ? value : canonicalText(value);
}
