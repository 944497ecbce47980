import { h, type JSX } from 'preact';
import type { TourView } from '../protocol.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { ProposeForm } from './propose-form.ts';
import type { Session } from './session.ts';

export type TourStep = TourView['steps'][number];

export interface GuidePanelProps {
  readonly tour: TourView;
  readonly session: Session;
  readonly take: (step: TourStep) => void;
  readonly close: () => void;
}

/** What stands between backticks is code, as in mrkdwn. */
function withCode(text: string): (string | JSX.Element)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? el('code', null, part) : part));
}

/** For whoever sees this for the first time: what to try, and a way to be the agent oneself. */
export function GuidePanel({ tour, session, take, close }: GuidePanelProps): JSX.Element {
  const steps = tour.steps.map((step, index) =>
    el(
      'li',
      { key: step.title, class: 'step' },
      el('span', { class: 'step-number', 'aria-hidden': true }, String(index + 1)),
      el(
        'div',
        null,
        el('strong', null, step.title),
        el('p', null, ...withCode(step.text)),
        el(
          'button',
          {
            type: 'button',
            class: 'btn',
            'aria-label': `Take me there: ${step.title}`,
            onClick: () => take(step),
          },
          'Take me there',
        ),
      ),
    ),
  );
  return el(
    'aside',
    { class: 'guide', 'aria-label': 'What to try' },
    el(
      'header',
      { class: 'pane-head' },
      el('h2', { class: 'grow' }, 'What to try'),
      el(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close what to try', onClick: close },
        h(Icon, { name: 'close' }),
      ),
    ),
    el(
      'div',
      { class: 'guide-body' },
      el(
        'p',
        { class: 'muted' },
        'This is a workspace of its own on your machine. Nothing leaves it; the app in it is the real one.',
      ),
      el('ol', { class: 'steps' }, ...steps),
      tour.proposal && h(ProposeForm, { target: tour.proposal, session }),
    ),
  );
}
