import { formatMoney } from '../../domain/money.ts';
import type { CardView } from './card-view.ts';

/** What they come to; one without an impact makes it unknown. */
export function totalOf(views: readonly CardView[]): string {
  const impacts = views.map(({ proposal }) => proposal.impact);
  const [first] = impacts;
  if (!first || impacts.some((each) => each === null))
    return views.length === 0 ? 'nothing' : 'an unknown amount';
  return formatMoney({
    minor: impacts.reduce((sum, each) => sum + (each?.minor ?? 0n), 0n),
    currency: first.currency,
  });
}
