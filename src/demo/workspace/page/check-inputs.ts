import type { ElementState, StateValues } from '../protocol.ts';
import { listElements, readState } from './input-state.ts';
import { asList, asNumber, asText, type Loose } from './loose-json.ts';
import { safeUrl } from './prose.ts';

/** What Slack's own client refuses before the app hears of a submission: one sentence by block_id. */
export function checkInputs(blocks: readonly Loose[], values: StateValues): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { blockId, block, element } of listElements(blocks)) {
    if (block.type !== 'input') continue;
    const error = checkInput(block, element, readState(values, blockId, asText(element.action_id)));
    if (error) errors[blockId] = error;
  }
  return errors;
}

function checkInput(block: Loose, element: Loose, state: ElementState | undefined): string | undefined {
  if (isEmpty(state)) return block.optional === true ? undefined : 'Please complete this required field.';
  const value = asText(state?.value);
  switch (element.type) {
    case 'plain_text_input':
      return checkLength(element, value);
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please enter a valid email address.';
    case 'url_text_input':
      return safeUrl(value) ? undefined : 'Please enter a valid URL.';
    case 'number_input':
      return checkNumber(element, value);
    default:
      return undefined;
  }
}

function isEmpty(state: ElementState | undefined): boolean {
  return !Object.entries(state ?? {}).some(
    ([key, held]) =>
      key !== 'type' && held !== null && held !== '' && !(Array.isArray(held) && held.length === 0),
  );
}

function checkLength(element: Loose, value: string): string | undefined {
  const least = asNumber(element.min_length) ?? 0;
  const most = asNumber(element.max_length) ?? 3000;
  if (value.length < least) return `Please enter at least ${least} characters.`;
  if (value.length > most) return `Please enter no more than ${most} characters.`;
  return undefined;
}

function checkNumber(element: Loose, value: string): string | undefined {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) return 'Please enter a number.';
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'Please enter a whole number.';
  const least = asText(element.min_value);
  const most = asText(element.max_value);
  if (least !== '' && number < Number(least)) return `Please enter a number of at least ${least}.`;
  if (most !== '' && number > Number(most)) return `Please enter a number of at most ${most}.`;
  return undefined;
}

/** The text of a rich_text value, for the plain box that stands in for Slack's editor. */
export function richTextToPlain(value: unknown): string {
  const block = typeof value === 'object' && value !== null && 'elements' in value ? value.elements : [];
  const parts = asList(block).map((part) =>
    asList(part.elements)
      .map((each) => asText(each.text) || asText(each.url))
      .join(''),
  );
  return parts.join('\n');
}

export function plainToRichText(text: string): ElementState {
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return {
    type: 'rich_text_input',
    ...(text !== '' && { rich_text_value: { type: 'rich_text', elements: [section] } }),
  };
}
