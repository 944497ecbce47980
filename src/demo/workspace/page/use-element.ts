import { useContext, useState } from 'preact/hooks';
import type { ElementState } from '../protocol.ts';
import { initialState, readState } from './input-state.ts';
import { asText, isLoose, type Loose } from './loose-json.ts';
import { plainOf } from './prose-view.ts';
import { BlockContext, ConfirmContext, useSurface } from './surface.ts';

export interface ElementHandle {
  readonly blockId: string;
  readonly actionId: string;
  readonly state: ElementState | undefined;
  /** What the app has not answered yet. */
  readonly busy: boolean;
  /** Attributes that give a control its name: the label of its input block, else its placeholder. */
  readonly naming: { 'aria-labelledby': string } | { 'aria-label': string };
  readonly placeholder: string;
  /** Whether the app hears of a change before the view is submitted. */
  readonly dispatches: boolean;
  /** Keeps the value, as typing does. */
  readonly keep: (state: ElementState) => void;
  /** Keeps the value and tells the app, where this block tells it; asks first if the element wants that. */
  readonly commit: (state: ElementState) => Promise<void>;
  /** Tells the app without keeping anything: buttons and overflow menus. */
  readonly press: (chosen: ElementState) => Promise<void>;
}

export function useElement(element: Loose): ElementHandle {
  const surface = useSurface();
  const block = useContext(BlockContext);
  const ask = useContext(ConfirmContext);
  const [busy, setBusy] = useState(false);
  const { blockId, dispatches, labelId } = block;
  const actionId = asText(element.action_id);
  const placeholder = isLoose(element.placeholder) ? plainOf(element.placeholder) : '';
  const keep = (state: ElementState) => surface.change(blockId, actionId, state);
  const send = async (chosen: ElementState, keeps: boolean) => {
    if (busy || (isLoose(element.confirm) && !(await ask(element.confirm)))) return;
    if (keeps) keep(chosen);
    setBusy(true);
    await surface.use(blockId, actionId, chosen).finally(() => setBusy(false));
  };
  return {
    blockId,
    actionId,
    busy,
    state: readState(surface.values, blockId, actionId) ?? initialState(element),
    naming: labelId ? { 'aria-labelledby': labelId } : { 'aria-label': placeholder || nameOfType(element) },
    placeholder,
    dispatches,
    keep,
    commit: async (state) => (dispatches ? send(state, true) : keep(state)),
    press: (chosen) => send(chosen, false),
  };
}

function nameOfType(element: Loose): string {
  return asText(element.type).replaceAll('_', ' ');
}
