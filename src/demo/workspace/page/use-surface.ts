import { useRef, useState } from 'preact/hooks';
import type { Act, ActionPlace, ActResult, StateValues } from '../protocol.ts';
import { collectState, writeState } from './input-state.ts';
import type { Loose } from './loose-json.ts';
import type { Surface } from './surface.ts';

export interface SurfaceSource {
  readonly kind: Surface['kind'];
  readonly place: ActionPlace;
  readonly blocks: readonly Loose[];
  readonly me: string;
  readonly act: (body: Act) => Promise<ActResult>;
  /** What the workspace holds already; what is typed here goes before it. */
  readonly values?: StateValues;
  readonly errors?: Surface['errors'];
  readonly problem?: Surface['problem'];
}

/** What is filled in stays in the browser until an element of the same blocks is used, as in Slack. */
export function useBlockSurface(source: SurfaceSource): Surface {
  const edits = useRef<StateValues>({});
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState<Surface['problem']>();
  const { kind, place, me, act } = source;
  const values = () => mergeValues(source.values ?? {}, edits.current);
  return {
    kind,
    place,
    values: values(),
    errors: source.errors ?? {},
    problem: source.problem ?? failed,
    change: (blockId, actionId, state) => {
      edits.current = writeState(edits.current, blockId, actionId, state);
      redraw((count) => count + 1);
    },
    use: async (blockId, actionId, chosen) => {
      setFailed(undefined);
      const state = collectState(source.blocks, values());
      const result = await act({ act: 'use', as: me, place, blockId, actionId, chosen, state });
      if (!result.ok) setFailed({ blockId, actionId, text: result.problem });
    },
    suggest: async (blockId, actionId, value) => {
      const result = await act({ act: 'suggest', as: me, place, blockId, actionId, value });
      return result.ok ? (result.options ?? []) : [];
    },
  };
}

function mergeValues(base: StateValues, over: StateValues): StateValues {
  const ids = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...ids].map((id) => [id, { ...base[id], ...over[id] }]));
}
