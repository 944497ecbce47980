import type { JSX } from 'preact';
import { plainToRichText, richTextToPlain } from './check-inputs.ts';
import { AUTOFOCUS } from './dialog.ts';
import { el } from './el.ts';
import { asLoose, asNumber, asText, asTexts, type Loose } from './loose-json.ts';
import { useElement } from './use-element.ts';

interface Props {
  element: Loose;
}

const INPUT_MODES: Readonly<Record<string, 'email' | 'url' | 'decimal'>> = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'decimal',
};

/** plain_text_input, and its kin for addresses and numbers. */
export function LineElement({ element }: Props): JSX.Element {
  const { state, keep, commit, naming, placeholder, dispatches } = useElement(element);
  const type = asText(element.type);
  const triggers = asTexts(asLoose(element.dispatch_action_config).trigger_actions_on);
  const eager = triggers.includes('on_character_entered');
  const write = (text: string) => {
    const next = { type, value: text === '' ? null : text };
    if (eager) void commit(next);
    else keep(next);
  };
  const value = asText(state?.value);
  const multiline = element.multiline === true;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !dispatches || eager) return;
    event.preventDefault();
    void commit({ type, value: value === '' ? null : value });
  };
  const most = asNumber(element.max_length);
  const shared = {
    class: 'field',
    value,
    placeholder,
    ...naming,
    ...(element.focus_on_load === true && AUTOFOCUS),
  };
  const box = multiline
    ? el('textarea', { ...shared, rows: 4, onInput: (event) => write(event.currentTarget.value) })
    : el('input', {
        ...shared,
        type: 'text',
        inputMode: INPUT_MODES[type] ?? 'text',
        onInput: (event) => write(event.currentTarget.value),
        onKeyDown,
      });
  if (most === undefined) return box;
  return el(
    'div',
    null,
    box,
    el('div', { class: 'counter', 'aria-hidden': true }, `${value.length} / ${most}`),
  );
}

/** Slack has an editor here; the workspace takes the words without styles. */
export function RichTextElement({ element }: Props): JSX.Element {
  const { state, keep, naming, placeholder } = useElement(element);
  return el('textarea', {
    class: 'field',
    rows: 4,
    value: richTextToPlain(state?.rich_text_value),
    placeholder,
    ...naming,
    onInput: (event) => keep(plainToRichText(event.currentTarget.value)),
  });
}

export function FileInputElement({ element }: Props): JSX.Element {
  const { naming } = useElement(element);
  return el(
    'div',
    { class: 'unsupported', role: 'note', ...naming },
    'Uploading a file is not simulated in the local workspace.',
  );
}
