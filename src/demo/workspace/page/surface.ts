import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ActionPlace, ElementState, Json, StateValues } from '../protocol.ts';
import type { Directory } from './directory.ts';
import type { Loose } from './loose-json.ts';

/** Where blocks stand, and what using one of their elements does there. */
export interface Surface {
  readonly kind: 'message' | 'modal' | 'home';
  readonly place: ActionPlace;
  readonly values: StateValues;
  readonly errors: Readonly<Record<string, string>>;
  readonly problem:
    | { readonly blockId: string; readonly actionId: string; readonly text: string }
    | undefined;
  readonly change: (blockId: string, actionId: string, state: ElementState) => void;
  /** Resolves when the app answered, or Slack gave up waiting. */
  readonly use: (blockId: string, actionId: string, chosen: ElementState) => Promise<void>;
  readonly suggest: (blockId: string, actionId: string, typed: string) => Promise<readonly Json[]>;
}

export const SurfaceContext = createContext<Surface | undefined>(undefined);
export const DirectoryContext = createContext<Directory | undefined>(undefined);
export const ConfirmContext = createContext<(confirm: Loose) => Promise<boolean>>(async () => true);
/** The block that the elements below belong to. */
export const BlockContext = createContext<{ blockId: string; dispatches: boolean; labelId?: string }>({
  blockId: '',
  dispatches: true,
});

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('blocks are drawn inside a SurfaceContext');
  return surface;
}

export function useDirectory(): Directory {
  const directory = useContext(DirectoryContext);
  if (!directory) throw new Error('the page is drawn inside a DirectoryContext');
  return directory;
}
