import { h, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ModalView } from '../protocol.ts';
import { Blocks } from './block-view.ts';
import { checkInputs } from './check-inputs.ts';
import { Dialog } from './dialog.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { collectState } from './input-state.ts';
import { plainOf } from './prose-view.ts';
import type { Session } from './session.ts';
import { SurfaceContext } from './surface.ts';
import { useBlockSurface } from './use-surface.ts';

/** The top of the stack. `depth` is how many lie under it. */
export function Modal({
  modal,
  depth,
  session,
}: {
  modal: ModalView;
  depth: number;
  session: Session;
}): JSX.Element {
  const { me } = session.state.workspace;
  const [own, setOwn] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const { id: viewId, blocks } = modal;
  const surface = useBlockSurface({
    kind: 'modal',
    place: { kind: 'view', viewId },
    blocks,
    me,
    act: session.act,
    values: modal.values,
    errors: { ...modal.errors, ...own },
  });
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('.invalid input, .invalid textarea, .invalid button')?.focus();
  }, [refusals]);
  const close = (all: boolean) => void session.act({ act: 'close', as: me, viewId, all });
  const submit = async () => {
    const values = collectState(blocks, surface.values);
    const refused = checkInputs(blocks, values);
    setOwn(refused);
    if (busy) return;
    if (Object.keys(refused).length > 0) return setRefusals((count) => count + 1);
    setProblem(null);
    setBusy(true);
    const result = await session.act({ act: 'submit', as: me, viewId, values }).finally(() => setBusy(false));
    if (result.ok) return;
    setOwn(result.errors ?? {});
    setRefusals((count) => count + 1);
    if (!result.errors) setProblem(result.problem);
  };
  const title = plainOf({ text: modal.title });
  const said = problem ?? modal.problem;
  return h(
    Dialog,
    { title, class: 'modal', onEscape: () => close(false) },
    el(
      'form',
      {
        ref: form,
        noValidate: true,
        onSubmit: (event) => {
          event.preventDefault();
          void submit();
        },
      },
      el(
        'header',
        { class: 'dialog-head' },
        depth > 0 &&
          el(
            'button',
            { type: 'button', class: 'icon-button', 'aria-label': 'Back', onClick: () => close(false) },
            h(Icon, { name: 'back' }),
          ),
        el('h2', null, title),
        el(
          'button',
          { type: 'button', class: 'icon-button', 'aria-label': 'Close', onClick: () => close(true) },
          h(Icon, { name: 'close' }),
        ),
      ),
      el(
        'div',
        { class: 'dialog-body', 'aria-live': 'polite' },
        h(SurfaceContext, { value: surface }, h(Blocks, { blocks })),
      ),
      said && el('div', { class: 'modal-problem', role: 'alert' }, said),
      el(
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
            busy && el('span', { class: 'spinner', 'aria-hidden': true }),
          ),
      ),
    ),
  );
}
