import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { el } from './el.ts';

const FOCUSABLE =
  'button:not([disabled]):not([tabindex="-1"]), [href], input:not([disabled]), select, textarea, summary, [tabindex="0"]';

/** Marks what gets the focus when a dialog opens. */
export const AUTOFOCUS = { 'data-autofocus': 'true' };

export interface DialogProps {
  readonly title: string;
  readonly role?: 'dialog' | 'alertdialog';
  readonly class?: string;
  readonly onEscape: () => void;
  readonly children?: ComponentChildren;
}

/** Keeps the focus inside while it is open, and gives it back to where it was when it closes. */
export function Dialog(props: DialogProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useFocusTrap(box);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      props.onEscape();
    }
    if (event.key === 'Tab') keepInside(event, box.current);
  };
  return el(
    'div',
    { class: 'backdrop' },
    el(
      'div',
      {
        ref: box,
        class: `dialog ${props.class ?? ''}`,
        role: props.role ?? 'dialog',
        'aria-modal': true,
        'aria-label': props.title,
        tabIndex: -1,
        onKeyDown,
      },
      props.children,
    ),
  );
}

function useFocusTrap(box: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    const first = box.current?.querySelector<HTMLElement>(
      '[data-autofocus], .dialog-body input, .dialog-body textarea',
    );
    (first ?? box.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
}

function keepInside(event: KeyboardEvent, box: HTMLElement | null): void {
  const all = [...(box?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter((each) =>
    each.checkVisibility(),
  );
  const edge = event.shiftKey ? all[0] : all.at(-1);
  const other = event.shiftKey ? all.at(-1) : all[0];
  if (document.activeElement !== edge && document.activeElement !== box) return;
  event.preventDefault();
  other?.focus();
}
