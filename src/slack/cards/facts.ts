import type { KnownBlock } from '@slack/types';

import { formatDuration } from '../../domain/duration.ts';
import { hiddenFields } from '../../domain/personal-fields.ts';
import { isOpen, type ProposalState } from '../../domain/proposal.ts';

import { blockId, type CardView, impactOf, nameOf } from './card-view.ts';
import { fieldsOf, type InputFacts, inputFacts, lookalikes } from './input-facts.ts';
import { limits } from './limits.ts';
import { bold, header, line, list, type Piece, richText } from './pieces.ts';
import { recordLines } from './record-facts.ts';
import { escapeText, neutralise } from './text.ts';
import { whoDecides } from './who-decides.ts';

/** The dollars first: whatever else stands in the headline comes after them. */
export function headline(view: CardView): string {
  return `${impactOf(view)} · ${view.proposal.summary}`;
}

export function inputOf({ offered, proposal }: CardView): InputFacts {
  return inputFacts(fieldsOf(offered.action, proposal.input));
}

/** What the card says by itself, in the contract's order: computed, never told by the agent. */
export function factBlocks(view: CardView): KnownBlock[] {
  const { offered } = view;
  const input = inputOf(view);
  return [
    ...headlineBlocks(view),
    richText(
      blockId('input', view),
      line(bold('What is asked for'), ' — ', { said: offered.action.title, max: limits.name }, ' in ', {
        said: offered.system.title,
        max: limits.name,
      }),
      ...list(input.lines),
      ...warnings(view, input),
    ),
    ...stateBlocks(view),
  ];
}

/** What would happen, for how much, and who asks; that there is no way back stands before what an agent could make long. */
export function headlineBlocks(view: CardView): KnownBlock[] {
  return [
    header(blockId('headline', view), title(view)),
    richText(blockId('who', view), line(...whoAsks(view)), ...askedAgain(view), ...summaryIfCut(view)),
  ];
}

function title(view: CardView): string {
  const { reversible, summary } = view.proposal;
  return reversible ? headline(view) : `${impactOf(view)} · cannot be undone · ${summary}`;
}

/** What is so already: the record, the account's history, the way back, the switches; and then who decides. */
export function stateBlocks(view: CardView): KnownBlock[] {
  const record = recordLines(view);
  return [
    ...(record.lines.length > 0
      ? [richText(blockId('record', view), line(bold(record.title)), ...list(record.lines))]
      : []),
    ...linesIn(view, 'undo', [...historyLines(view), ...undoLines(view)]),
    ...(view.proposal.paused ? [richText(blockId('paused', view), line(...pausing(view)))] : []),
    ...linesIn(
      view,
      'decides',
      whoDecides(view).map((pieces) => line(...pieces)),
    ),
  ];
}

/** Slack takes no block without a line. */
function linesIn(view: CardView, place: string, lines: readonly ReturnType<typeof line>[]): KnownBlock[] {
  return lines.length > 0 ? [richText(blockId(place, view), ...lines)] : [];
}

function whoAsks(view: CardView): Piece[] {
  const { proposal, offered, owner } = view;
  const behalf: Piece[] = proposal.onBehalfOf
    ? [' on behalf of ', { said: proposal.onBehalfOf }, ' (so the agent says)']
    : [];
  return [
    bold(`#${proposal.number}`),
    ' · proposed by ',
    bold(proposal.agent, limits.name),
    ...(owner ? [' (owned by ', { said: nameOf(view, owner), max: limits.name }, ')'] : []),
    ...behalf,
    ' · account ',
    bold(proposal.account, limits.shown.text),
    ' · ',
    { said: offered.workflow.title, max: limits.name },
  ];
}

/** What was decided before does not count, and why. */
function askedAgain({ proposal: { askedAgain: because, state } }: CardView): ReturnType<typeof line>[] {
  if (because === null || !isOpen(state)) return [];
  return [line(bold('Asked again'), ': ', { said: because }, '. What was decided before does not count.')];
}

function summaryIfCut(view: CardView): ReturnType<typeof line>[] {
  const fits = escapeText(neutralise(title(view))).length <= limits.header;
  return fits ? [] : [line({ said: view.proposal.summary, max: limits.sentence })];
}

function warnings(view: CardView, { missing }: InputFacts): ReturnType<typeof line>[] {
  const { offered, proposal } = view;
  const mixed = lookalikes(fieldsOf(offered.action, proposal.input));
  return [
    ...hiddenLines(view),
    ...(mixed ? [line(bold('Look closely: '), { said: mixed }, '. It may not be what it looks like.')] : []),
    ...(missing
      ? [
          line(
            bold('Not all of it is shown here. '),
            'Not whole: ',
            ...missing,
            '. Open Full details to see everything, and decide there.',
          ),
        ]
      : []),
  ];
}

const HOW = { mask: 'only its end', hash: 'a code, the same for the same value', drop: 'nothing' } as const;

/** What is not told, so that nobody takes what stands here for all there is. */
export function hiddenLines({ offered: { action }, proposal }: CardView): ReturnType<typeof line>[] {
  const names = hiddenFields(action).filter(
    (name) =>
      Object.hasOwn(proposal.input, name) || action.show.includes(name) || action.tellAgent.includes(name),
  );
  if (names.length === 0) return [];
  const each = names.flatMap((name, index): Piece[] => {
    const kind = action.fields[name];
    const how = kind && kind !== 'show' ? HOW[kind] : '';
    return [index > 0 ? ', ' : '', bold(name, limits.name), ` (${how})`];
  });
  return [line(bold('Personal, and not shown as it is: '), ...each, '. The system gets it whole.')];
}

function historyLines({ history, own, offered }: CardView): ReturnType<typeof line>[] {
  const title: Piece = { said: offered.action.title, max: limits.name };
  return [
    ...(history ? [line(bold('This account before'), ' — ', title, ': ', { said: history }, '.')] : []),
    ...(own ? [line(bold('You'), ': ', { said: own }, '.')] : []),
  ];
}

/** Of what was not written, or is undone already, there is nothing to undo. */
const WITHOUT_A_WRITE: readonly ProposalState[] = [
  'rejected',
  'expired',
  'withdrawn',
  'superseded',
  'blocked',
  'failed',
  'rolled_back',
];

function undoLines(view: CardView): ReturnType<typeof line>[] {
  return WITHOUT_A_WRITE.includes(view.proposal.state) ? [] : [line(...undoing(view))];
}

function undoing({ proposal, offered }: CardView): Piece[] {
  const { action, system } = offered;
  const title: Piece = { said: system.title, max: limits.name };
  if (!proposal.reversible) {
    const because = action.irreversible ?? 'the system offers no way back';
    return [bold('Cannot be undone: '), { said: because }];
  }
  const { onlyIf, withinMs, leaves } = action.undo ?? {};
  const unless = onlyIf ? ', as long as nobody has changed it there since' : '';
  const able = withinMs === undefined ? 'Can be undone' : `Can be undone for ${formatDuration(withinMs)}`;
  const rest: Piece[] = leaves ? [' What stays behind: ', { said: leaves }, '.'] : [];
  return [bold(able), ' in ', title, `${unless}.`, ...rest];
}

function pausing({ proposal }: CardView): Piece[] {
  const off: Piece = bold(proposal.paused === 'all' ? 'everything' : (proposal.paused ?? ''), limits.name);
  const then = isOpen(proposal.state)
    ? ' is switched off. It may be decided; what is approved waits until it is on again.'
    : ' is switched off. It waits until it is on again.';
  return [bold('Paused: '), off, then];
}
