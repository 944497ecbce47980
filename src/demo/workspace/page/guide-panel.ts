import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
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

const TAKEN = 'workspace-guide-taken';

function readTaken(): readonly string[] {
  return localStorage.getItem(TAKEN)?.split('\n') ?? [];
}

/** For whoever sees this for the first time: what to try, and a way to be the agent oneself. Steps that were taken are ticked. */
export function GuidePanel({ tour, session, take, close }: GuidePanelProps): JSX.Element {
  const [taken, setTaken] = useState(readTaken);
  const go = (step: TourStep) => {
    const all = [...new Set([...taken, step.title])];
    localStorage.setItem(TAKEN, all.join('\n'));
    setTaken(all);
    take(step);
  };
  const steps = tour.steps.map((step, index) =>
    el(
      'li',
      { key: step.title, class: taken.includes(step.title) ? 'step taken' : 'step' },
      el(
        'span',
        { class: 'step-number', 'aria-hidden': true },
        taken.includes(step.title) ? h(Icon, { name: 'check' }) : String(index + 1),
      ),
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
            onClick: () => go(step),
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
