import { uuidv7 } from 'uuidv7';
import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import { isOpen, type Proposal } from '../domain/proposal.ts';
import { QUESTION_CHARACTERS, QUESTIONS } from '../domain/question.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { tierOf } from './judge.ts';

export interface Asking {
  readonly proposalId: string;
  readonly text: string;
  readonly person: Person;
  /** As of this click; what could not be looked up is null and refuses. */
  readonly groups: Groups;
}

export type AskResult =
  | { readonly outcome: 'asked'; readonly proposal: Proposal; readonly question: string }
  | { readonly outcome: 'refused'; readonly because: string };

const TRIES = 8;

/** Asks the agent something about its open proposal. Committed when it resolves to `asked`; nobody's decision waits for an answer. */
export async function askQuestion(context: Context, asking: Asking): Promise<AskResult> {
  const text = asking.text.trim();
  if (text === '' || Array.from(text).length > QUESTION_CHARACTERS)
    return refuse(`A question has 1 to ${QUESTION_CHARACTERS} characters.`);
  const question = uuidv7();
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, asking.proposalId);
    const because = await refusalOf(context, asking, proposal);
    if (because !== undefined) return refuse(because);
    const { id, version } = proposal;
    const { principal, userId, name } = asking.person;
    const by = { id: userId, name };
    const outcome = await context.changes.change({
      id,
      version,
      set: {},
      unexpired: true,
      question: { id: question, text, principal, by },
      events: [{ type: 'question.asked', actor: principal, data: { question, text, by } }],
      outbox: [{ topic: 'card', ref: id }],
    });
    if (outcome === 'applied')
      return { outcome: 'asked', proposal: await getProposal(context.database, id), question };
    if (outcome === 'late') return refuse(`#${proposal.number} has expired: nobody decided in time.`);
  }
  return refuse('Several people were at it at the same moment. Nothing was asked: please try again.');
}

async function refusalOf(
  context: Context,
  { person, groups }: Asking,
  proposal: Proposal,
): Promise<string | undefined> {
  const { number, state, questions } = proposal;
  if (!isOpen(state)) return `#${number} is ${state.replace('_', ' ')}: there is nothing to decide any more.`;
  if (questions.length >= QUESTIONS)
    return `${QUESTIONS} questions were asked about #${number}: decide, or reject it with what is missing.`;
  const tier = tierOf(await offeredOf(context, proposal), proposal.tierIndex);
  const permission = authorize({ kind: 'ask', proposal, tier }, person, context.manifests, groups);
  return permission.allowed ? undefined : permission.because;
}

function refuse(because: string): AskResult {
  return { outcome: 'refused', because };
}
