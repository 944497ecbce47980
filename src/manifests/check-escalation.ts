import { addTime, isWorkTime, type WorkClock } from '../domain/clock.ts';
import { formatDuration } from '../domain/duration.ts';
import { describeWho, type EscalationStep, type Organisation } from '../domain/manifest.ts';
import type { Drafts } from './drafts.ts';
import type { Path } from './problem.ts';
import type { Source } from './source.ts';
import type { TierDraft } from './workflow-schema.ts';

interface At {
  readonly source: Source;
  readonly at: Path;
  readonly tier: TierDraft;
}

/** Nobody is forgotten: every step does something, in order, before the end; and what nobody would see in time is warned of. */
export function checkEscalation(drafts: Drafts): void {
  const organisation = drafts.org[0]?.value;
  for (const { source, value } of drafts.workflows)
    for (const [index, tier] of value.tiers.entries()) {
      const found: At = { source, at: ['tiers', index], tier };
      if (tier.decide === 'agent') refuseForAgents(found);
      else checkTier(found, organisation);
    }
}

function refuseForAgents({ source, at, tier }: At): void {
  const given = [
    ['sla', tier.slaMs !== undefined],
    ['escalate', tier.slaMs === undefined && tier.escalate.length > 0],
    ['clock', tier.clock === 'business'],
  ] as const;
  for (const [key, stands] of given)
    if (stands) source.report([...at, key], 'must be left out: here the agent decides', 'error', 'key');
}

function checkTier(found: At, organisation: Organisation | undefined): void {
  const { source, at, tier } = found;
  if (tier.slaMs !== undefined && tier.slaMs > tier.expiresMs)
    source.report([...at, 'sla'], 'must not be longer than expires: it would be over before it is late');
  if (tier.clock === 'business' && organisation && !organisation.businessHours)
    source.report([...at, 'clock'], 'needs business_hours in org.yml');
  checkSteps(found);
  warnOfNights(found, organisation);
}

function checkSteps({ source, at, tier }: At): void {
  const may = new Set(tier.approvers.map(describeWho));
  let before = 0;
  for (const [n, step] of tier.escalate.entries()) {
    const path = [...at, 'escalate', n];
    if (step.afterMs >= tier.expiresMs) source.report([...path, 'after'], 'must come before it expires');
    if (step.afterMs <= before) source.report([...path, 'after'], 'must be later than the step before');
    before = step.afterMs;
    checkAdded(source, path, tier, step, may);
    if (!step.remind && !step.page && step.add.length === 0)
      source.report(path, 'does nothing: give it remind, add or page');
  }
}

function checkAdded(
  source: Source,
  path: Path,
  tier: TierDraft,
  step: EscalationStep,
  may: Set<string>,
): void {
  const fresh = step.add.filter((who) => !may.has(describeWho(who)));
  if (step.add.length > 0 && fresh.length === 0)
    source.report([...path, 'add'], 'adds nobody: they may decide already');
  for (const [place, who] of step.add.entries())
    if (tier.decide === 'named' && who.kind === 'group')
      source.report(
        [...path, 'add', place],
        'must be a person: this tier is decided by a person by name, never a group',
      );
  for (const who of fresh) may.add(describeWho(who));
}

/** A Saturday, three at night, where nobody has a holiday. */
const SATURDAY = '2028-01-08T03:00:00Z';

/** By the calendar's clock time runs at night too, while reminders wait for people's hours; paging waits for nothing. */
function warnOfNights({ source, at, tier }: At, organisation: Organisation | undefined): void {
  if (!organisation?.businessHours || tier.slaMs === undefined || tier.clock === 'business') return;
  const clock: WorkClock = { hours: { ...organisation.businessHours, holidays: [] }, timezone: 'UTC' };
  const night = new Date(SATURDAY);
  const slaMs = tier.slaMs;
  if (isWorkTime(night, clock) || addTime(night, 1, clock).getTime() <= night.getTime() + slaMs) return;
  if (tier.escalate.some((step) => step.page && step.afterMs < slaMs)) return;
  source.report(
    [...at, 'sla'],
    `nobody could decide this on a Saturday at 03:00 within ${formatDuration(slaMs)}: reminders wait for business hours, and no step before pages anybody`,
    'warning',
  );
}
