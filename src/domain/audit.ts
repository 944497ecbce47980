import type { JsonObject } from './json.ts';

/** An immutable fact. `stream` is the proposal's id, or `switch`, `manifests`, `people`, `access`. */
export interface AuditEvent {
  readonly stream: string;
  readonly seq: number;
  readonly at: Date;
  /** `noun.past_verb` */
  readonly type: string;
  readonly actor: string;
  readonly agent: string | null;
  readonly system: string | null;
  readonly account: string | null;
  readonly number: number | null;
  readonly data: JsonObject;
}
