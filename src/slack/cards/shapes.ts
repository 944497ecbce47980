import type { CardView } from './card-view.ts';
import { isShownWhole } from './decision-card.ts';

/** Proposals of one action and one workflow, which may be approved together. */
export interface Shape {
  readonly action: string;
  readonly title: string;
  readonly views: readonly CardView[];
}

/** As many as one window lists. */
const MOST = 10;

/** Only what is shown whole, and nothing of which an amount has to be typed; two at least. */
export function shapesOf(decide: readonly CardView[]): Shape[] {
  const fit = decide.filter((view) => view.tier.confirm !== 'type' && isShownWhole(view));
  const groups = Map.groupBy(fit, ({ proposal }) => proposal.action);
  return [...groups].flatMap(([action, views]) => {
    const [first] = views;
    if (!first || views.length < 2) return [];
    return [{ action, title: first.offered.action.title, views: views.slice(0, MOST) }];
  });
}
