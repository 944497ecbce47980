import type { Envelope } from '../../domain/envelope.ts';
import {
  describeWho,
  type OfferedAction,
  type Organisation,
  type Tier,
  type Who,
} from '../../domain/manifest.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import { bold, type Mention, type Piece } from './pieces.ts';

/** All that a card is made of. */
export interface CardView {
  readonly proposal: Proposal;
  /** As the version of the manifests has it that judged the proposal; the tier too. */
  readonly offered: OfferedAction;
  readonly tier: Tier;
  readonly organisation: Organisation;
  /** Who answers for the agent. */
  readonly owner?: Who;
  /** How to name an approver. Without it, as the manifest does. */
  readonly people?: (who: Who) => string;
  /** Who is pinged where the card names them; without it, nobody. */
  readonly mention?: (who: Who) => Mention | undefined;
  /** Who of those who may decide has said that they are away. */
  readonly away?: readonly {
    readonly name: string;
    readonly until: Date;
    readonly delegate: { readonly name: string } | null;
  }[];
  /** This copy is the second human's. */
  readonly stage?: 'review';
  /** One computed line of what is known of the account; none: nothing is said. */
  readonly history?: string | null;
  /** What the reader of this copy decided on the like, where only they read it. */
  readonly own?: string;
  /** What was judged, as bytes decoded: with it the full details show what will be sent. */
  readonly envelope?: Envelope;
}

/** A place on the card changes its name with what it shows, since Slack keeps what it knows by name. */
export function blockId(place: string, { proposal }: CardView, mark = ''): string {
  return [place, proposal.version, proposal.paused ? 'paused' : '', mark].filter(Boolean).join(':');
}

/** What a button carries: no amount, no authority, only what was shown. */
export function buttonValue({ proposal }: CardView): string {
  return `${proposal.id}:${proposal.round}`;
}

export function impactOf({ proposal }: CardView): string {
  return proposal.impact ? formatMoney(proposal.impact) : 'Impact unknown';
}

export function nameOf(view: CardView, who: Who): string {
  return view.people?.(who) ?? describeWho(who);
}

/** `Dana Whitfield or @support-leads`, pinged where they are to be. */
export function anyOf(view: CardView, list: readonly Who[]): Piece[] {
  const shown = list.slice(0, limits.names);
  const more = list.length - shown.length;
  return [
    ...shown.flatMap((who, index): Piece[] => [
      ...(index > 0 ? [' or '] : []),
      view.mention?.(who) ?? bold(nameOf(view, who), limits.name),
    ]),
    ...(more > 0 ? [` or one of ${formatCount(more, 'other')}`] : []),
  ];
}
