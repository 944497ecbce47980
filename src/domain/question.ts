/** How many may be asked about one proposal. */
export const QUESTIONS = 20;
/** In code points. */
export const QUESTION_CHARACTERS = 1_000;
export const ANSWER_CHARACTERS = 4_000;

/** `q_` and the UUID without its dashes. */
export function publicQuestionId(uuid: string): string {
  return `q_${uuid.replaceAll('-', '')}`;
}
