import type { Action, Callback, Consideration, NewProposal, Proposal } from 'countersign/client';
import { describe, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { proposalBody } from '../../../src/http/proposal-body.ts';
import type {
  actionSchema,
  callbackSchema,
  dryRunSchema,
  proposalSchema,
} from '../../../src/http/proposal-schema.ts';

/** `npm run check:types` is what fails here: the types were written by hand, and the schemas judge. */
describe("the client's types", () => {
  it('are what the door takes and answers', () => {
    expectTypeOf<z.output<typeof proposalSchema>>().toEqualTypeOf<Proposal>();
    expectTypeOf<z.output<typeof actionSchema>>().toEqualTypeOf<Action>();
    expectTypeOf<z.output<typeof dryRunSchema>>().toExtend<Consideration>();
    expectTypeOf<Omit<Callback, 'id'>>().toEqualTypeOf<z.output<typeof callbackSchema>>();
    expectTypeOf<keyof NewProposal>().toEqualTypeOf<keyof z.input<typeof proposalBody>>();
  });
});
