import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Popover {
  readonly open: boolean;
  readonly show: () => void;
  /** `refocus` puts the focus back on what opened it. */
  readonly hide: (refocus?: boolean) => void;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly panel: RefObject<HTMLDivElement | null>;
  readonly style: Readonly<Record<string, string>>;
}

const GAP = 4;
const MARGIN = 8;

/** A panel beside its button: on whichever side has room, and gone on Escape or a press elsewhere. */
export function usePopover(width = 320): Popover {
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [style, setStyle] = useState<Readonly<Record<string, string>>>();
  const hide = (refocus = false) => {
    setStyle(undefined);
    if (refocus) anchor.current?.focus();
  };
  const show = () => setStyle(anchor.current ? placeBeside(anchor.current, width) : undefined);
  const open = style !== undefined;
  useEffect(() => {
    if (!open) return undefined;
    const onPress = (event: PointerEvent) => {
      const target = event.target;
      if (!(target instanceof Node)) return;
      if (!panel.current?.contains(target) && !anchor.current?.contains(target)) hide();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      hide(true);
    };
    const onResize = () => hide();
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('keydown', onKey, true);
    window.addEventListener('resize', onResize);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey, true);
      window.removeEventListener('resize', onResize);
    };
  }, [open]);
  return { open, show, hide, anchor, panel, style: style ?? {} };
}

function placeBeside(anchor: HTMLElement, wish: number): Readonly<Record<string, string>> {
  const at = anchor.getBoundingClientRect();
  const width = Math.min(Math.max(wish, at.width), window.innerWidth - 2 * MARGIN);
  const left = Math.max(MARGIN, Math.min(at.left, window.innerWidth - width - MARGIN));
  const below = window.innerHeight - at.bottom;
  const across = { width: `${width}px`, left: `${left}px` };
  return below >= at.top
    ? { ...across, top: `${at.bottom + GAP}px`, maxHeight: `${below - GAP - MARGIN}px` }
    : {
        ...across,
        bottom: `${window.innerHeight - at.top + GAP}px`,
        maxHeight: `${at.top - GAP - MARGIN}px`,
      };
}
