import type { JSX } from 'preact';
import type { Loose } from './loose-json.ts';

export interface BlockProps {
  readonly block: Loose;
  /** Draws blocks that stand inside this one. */
  readonly draw: (blocks: readonly Loose[]) => JSX.Element;
}
