import { h, type JSX } from 'preact';
import { AUTOFOCUS, Dialog } from './dialog.ts';
import { el } from './el.ts';
import { asLoose, isLoose, type Loose } from './loose-json.ts';
import { plainOf, TextObject } from './prose-view.ts';

export function ConfirmDialog({
  confirm,
  answer,
}: {
  confirm: Loose;
  answer: (yes: boolean) => void;
}): JSX.Element {
  const words = (value: unknown, otherwise: string) => (isLoose(value) ? plainOf(value) : otherwise);
  const title = words(confirm.title, 'Are you sure?');
  const style = confirm.style === 'danger' ? 'btn danger' : 'btn primary';
  return h(
    Dialog,
    { title, role: 'alertdialog', class: 'confirm', onEscape: () => answer(false) },
    el('h2', null, title),
    el('div', { class: 'dialog-body' }, h(TextObject, { text: asLoose(confirm.text) })),
    el(
      'div',
      { class: 'dialog-foot' },
      el(
        'button',
        { type: 'button', class: 'btn', onClick: () => answer(false) },
        words(confirm.deny, 'Cancel'),
      ),
      el(
        'button',
        { type: 'button', class: style, ...AUTOFOCUS, onClick: () => answer(true) },
        words(confirm.confirm, 'Yes'),
      ),
    ),
  );
}
