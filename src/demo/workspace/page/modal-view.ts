import { h, type JSX } from 'preact';
import type { ModalView } from '../protocol.ts';
import { Blocks } from './block-view.ts';
import { Dialog } from './dialog.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { plainOf } from './prose-view.ts';
import type { Session } from './session.ts';
import { useSubmission } from './submission.ts';
import { SurfaceContext } from './surface.ts';

export interface ModalProps {
  /** The top of the stack. */
  readonly modal: ModalView;
  /** How many lie under it. */
  readonly depth: number;
  readonly session: Session;
}

export function Modal({ modal, depth, session }: ModalProps): JSX.Element {
  const { surface, busy, problem, form, submit } = useSubmission(modal, session);
  const close = (all: boolean) =>
    void session.act({ act: 'close', as: session.state.workspace.me, viewId: modal.id, all });
  const title = plainOf({ text: modal.title });
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void submit();
  };
  const body = h(SurfaceContext, { value: surface }, h(Blocks, { blocks: modal.blocks }));
  return h(
    Dialog,
    { title, class: 'modal', onEscape: () => close(false) },
    el(
      'form',
      { ref: form, noValidate: true, onSubmit },
      h(ModalHead, { title, depth, close }),
      el('div', { class: 'dialog-body', 'aria-live': 'polite' }, body),
      problem && el('div', { class: 'modal-problem', role: 'alert' }, problem),
      h(ModalFoot, { modal, busy, close }),
    ),
  );
}

type Close = (all: boolean) => void;

function ModalHead({ title, depth, close }: { title: string; depth: number; close: Close }): JSX.Element {
  const corner = (label: string, icon: 'back' | 'close', all: boolean) =>
    el(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': label, onClick: () => close(all) },
      h(Icon, { name: icon }),
    );
  return el(
    'header',
    { class: 'dialog-head' },
    depth > 0 && corner('Back', 'back', false),
    el('h2', null, title),
    corner('Close', 'close', true),
  );
}

function ModalFoot({ modal, busy, close }: { modal: ModalView; busy: boolean; close: Close }): JSX.Element {
  const spinner = busy && el('span', { class: 'spinner', 'aria-hidden': true });
  return el(
    'footer',
    { class: 'dialog-foot' },
    el(
      'button',
      { type: 'button', class: 'btn', onClick: () => close(false) },
      plainOf({ text: modal.close }),
    ),
    modal.submit !== null &&
      el(
        'button',
        { type: 'submit', class: 'btn primary', 'aria-busy': busy },
        plainOf({ text: modal.submit }),
        spinner,
      ),
  );
}
