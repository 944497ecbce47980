import type { Connector } from '../connectors/connector.ts';
import type { Context } from '../context.ts';
import type { Envelope } from '../domain/envelope.ts';
import type { OfferedAction } from '../domain/manifest.ts';
import type { Execution, Proposal } from '../domain/proposal.ts';
import type { Claim } from '../store/executions.ts';

/** One holder's try at one write: what was approved, and the bytes of it. */
export interface Attempt {
  readonly context: Context;
  readonly claim: Claim;
  readonly proposal: Proposal;
  /** Of the proposal, as far as this holder has brought it; somebody else may have brought it further. */
  readonly version: number;
  readonly execution: Execution;
  readonly offered: OfferedAction;
  readonly envelope: Envelope;
  readonly connector: Connector;
}
