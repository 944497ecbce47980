import { type DecidingPace, tellPace } from '../../domain/deciding-pace.ts';
import { type Durability, tellDurability } from '../../domain/durability.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { type Switches, switchedName } from '../../domain/switches.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { type GivenUp, parkedBlocks } from './parked.ts';
import { bold, line, list, type Piece, quote, richText, sentence } from './pieces.ts';
import { proposalRows } from './proposal-rows.ts';

/** What waits for a decision: how many, and the most urgent of them. */
export interface Waiting {
  readonly count: number;
  readonly first: readonly Proposal[];
}

export interface Status {
  readonly switches: Switches;
  readonly outbox: {
    readonly waiting: number;
    readonly writesWaiting: number;
    readonly writesUnderWay: number;
  } & GivenUp;
  /** Who asks may have what was given up tried again. */
  readonly mayRetry: boolean;
  readonly durability: Durability;
  readonly pending: Waiting;
  /** Systems that nobody calls at this moment; `open`: they failed several times in a row. */
  readonly resting: readonly {
    readonly system: string;
    readonly open: boolean;
    readonly pausedUntil: Date;
    readonly why: string;
  }[];
  /** How people decide, by agent. */
  readonly pace: readonly DecidingPace[];
  /** Systems whose way back was not tried in time, each with why. */
  readonly undrilled: readonly string[];
}

export function statusMessage(status: Status): SlackMessage {
  const { switches, outbox, pending, resting, pace, undrilled } = status;
  const off = Object.entries(switches.off);
  const first: Piece[] =
    off.length === 0
      ? [bold('Everything is on.')]
      : [
          bold('Switched off: '),
          ...off
            .slice(0, limits.rows)
            .flatMap(([scope], i) => [i > 0 ? ', ' : '', bold(switchedName(scope), limits.name)]),
          '.',
        ];
  const counts = `${formatCount(pending.count, 'proposal')} to decide, ${formatCount(outbox.writesWaiting, 'approved write')} waiting, ${outbox.writesUnderWay} under way, ${formatCount(outbox.waiting, 'update')} on the way to Slack and systems.`;
  return {
    text: sentence([...first, ` ${counts}`], 'UTC'),
    blocks: [
      richText(
        'switches',
        line(...first),
        ...list(off.slice(0, limits.rows).map((entry) => switchRow(entry, switches))),
      ),
      richText('counts', line(counts)),
      richText('durability', line(tellDurability(status.durability))),
      ...(resting.length > 0
        ? [richText('resting', line(bold('Left alone for a while')), ...list(resting.map(restingRow)))]
        : []),
      ...(undrilled.length > 0
        ? [
            richText(
              'undrilled',
              line(bold('Rollback not drilled')),
              ...list(undrilled.slice(0, limits.rows).map((said): Piece[] => [{ said }])),
            ),
          ]
        : []),
      ...(pending.count > 0
        ? [richText('pending', line(bold('To decide')), ...list(proposalRows(pending.first, pending.count)))]
        : []),
      ...(pace.length > 0
        ? [richText('pace', line(bold('How people decide')), ...list(pace.map(paceRow)))]
        : []),
      ...parkedBlocks(outbox, status.mayRetry),
    ],
  };
}

function paceRow(pace: DecidingPace): Piece[] {
  return [bold(pace.agent, limits.name), ': ', tellPace(pace), '.'];
}

function switchRow([scope, switched]: [string, Switches['off'][string]], { asked }: Switches): Piece[] {
  const waits = asked[scope];
  return [
    bold(switchedName(scope), limits.name),
    ' off since ',
    switched.at,
    ' by ',
    { said: switched.by.name, max: limits.name },
    ...(switched.reason ? [': ', ...quote(switched.reason, limits.shown.text)] : []),
    ...(waits
      ? [
          ' · ',
          { said: waits.by.name, max: limits.name },
          ' asked to switch it on; a second operator has to confirm',
        ]
      : []),
  ];
}

function restingRow({ system, open, pausedUntil, why }: Status['resting'][number]): Piece[] {
  return [
    bold(system, limits.name),
    open ? ' failed several times in a row and' : ' asked for patience and',
    ' is tried again ',
    pausedUntil,
    ': ',
    { said: why, max: limits.shown.text },
  ];
}
