import type { Answer } from '../domain/handoff.ts';
import type { Json } from '../domain/json.ts';

/** What has become of one call of a tool, whatever it went over: answered, never sent, or lost. */
export interface CallFate {
  /** For the SDK's own clocks: a little longer than ours, which is the one that knows what was sent. */
  patienceMs(): number;
  /** The call leaves before this moment, by `performance.now()`, or never. */
  leaveBy(moment: number): void;
  /** Why nothing was called. */
  beforeTheCall(): Promise<Answer>;
  /** What became of a call that was not answered as the protocol has it. */
  afterTheCall(): Promise<Answer>;
  answered(status: number, body: Json): Answer;
  /** A tool that reports an error may have done half of it: for a write that says nothing, for a look it is a no. */
  saidNo(body: Json): Answer;
  clean(body: Json): Json;
}
