import type { Workflow } from './manifest.ts';

/** The agent and the workflow of every drill: a word of the commands, which no manifest can take. */
export const DRILL = 'drill';

const SANDBOX = '~sandbox';

/** How a system's sandbox is called wherever systems are told apart: in budgets, lanes, rates, switches and the audit. */
export function sandboxName(system: string): string {
  return `${system}${SANDBOX}`;
}

/** Whose sandbox it is; undefined: it is none. */
export function liveNameOf(system: string): string | undefined {
  return system.endsWith(SANDBOX) ? system.slice(0, -SANDBOX.length) : undefined;
}

const HOUR_MS = 3_600_000;

/** The operator who orders a drill decides all of it: nothing of it is real, and nobody's channel hears of each write. */
export const DRILL_WORKFLOW: Workflow = {
  id: DRILL,
  title: 'Rollback drill',
  actions: [],
  owner: { kind: 'id', id: DRILL },
  agreed: { by: { kind: 'id', id: DRILL }, date: '1970-01-01' },
  channel: '',
  budget: undefined,
  cumulative: undefined,
  tiers: [
    {
      ...{ below: undefined, upTo: undefined, when: undefined },
      ...{ decide: 'agent', approvers: [], approvals: 1, confirm: 'none', holdMs: 0 },
      ...{ review: undefined, notify: 'none', delegates: 'same_tier', channel: '' },
      ...{ expiresMs: HOUR_MS, executeWithinMs: HOUR_MS, slaMs: undefined, escalate: [], clock: 'calendar' },
    },
  ],
  isDrill: true,
};
