import { h, type JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { findUsage, refuseToSend, type Suggestion, suggest } from './compose.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { Menu } from './menu.ts';
import type { Session } from './session.ts';

export interface ComposerProps {
  readonly session: Session;
  readonly channel: string;
  readonly label: string;
  readonly threadTs?: string;
  /** Put in from outside; a new object each time. */
  readonly prefill?: { readonly text: string } | undefined;
}

export function Composer(props: ComposerProps): JSX.Element {
  const { session, channel, threadTs, prefill } = props;
  const { workspace } = session.state;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [active, setActive] = useState(0);
  const [folded, setFolded] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    if (!prefill) return;
    setText(prefill.text);
    setFolded(true);
    box.current?.focus();
  }, [prefill]);
  const suggestions = folded ? [] : suggest(text, workspace);
  const write = (next: string, fold = false) => {
    setText(next);
    setProblem('');
    setActive(0);
    setFolded(fold);
  };
  const take = (suggestion: Suggestion) => {
    write(suggestion.replacement);
    box.current?.focus();
  };
  const send = async () => {
    const words = text.trimEnd();
    if (words.trim() === '') return;
    const refused = refuseToSend(words, threadTs !== undefined, workspace.commands);
    if (refused) {
      setProblem(refused);
      return;
    }
    write('');
    const result = await session.act({
      act: 'say',
      as: workspace.me,
      channel,
      text: words,
      ...(threadTs && { threadTs }),
    });
    if (!result.ok) {
      setProblem(result.problem);
      setText((now) => now || words);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const current = suggestions[active];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    const sends = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (event.key === 'Escape') setFolded(true);
    if (current && step !== 0) setActive((active + step + suggestions.length) % suggestions.length);
    else if (current && (event.key === 'Tab' || sends)) take(current);
    else if (sends) void send();
    else return;
    event.preventDefault();
  };
  const usage = findUsage(text, workspace.commands);
  return el(
    'div',
    { class: 'composer-area' },
    suggestions.length > 0 && h(SuggestionList, { id, suggestions, active, take }),
    usage &&
      suggestions.length === 0 &&
      el('div', { class: 'usage' }, el('code', null, usage.command), ` ${usage.usageHint}`),
    problem !== '' && el('div', { class: 'composer-problem', role: 'alert' }, problem),
    el(
      'div',
      { class: 'composer' },
      h(ShortcutsMenu, { session }),
      el('textarea', {
        ref: box,
        rows: Math.min(8, text.split('\n').length),
        value: text,
        placeholder: props.label,
        'aria-label': props.label,
        'aria-autocomplete': 'list',
        'aria-controls': id,
        ...(suggestions.length > 0 && { 'aria-activedescendant': `${id}-${active}` }),
        onInput: (event) => write(event.currentTarget.value),
        onKeyDown,
      }),
      el(
        'button',
        {
          type: 'button',
          class: 'send',
          'aria-label': 'Send',
          title: 'Send',
          disabled: text.trim() === '',
          onClick: () => void send(),
        },
        h(Icon, { name: 'send' }),
      ),
    ),
  );
}

interface SuggestionListProps {
  id: string;
  suggestions: readonly Suggestion[];
  active: number;
  take: (suggestion: Suggestion) => void;
}

function SuggestionList({ id, suggestions, active, take }: SuggestionListProps): JSX.Element {
  const rows = suggestions.map((each, index) =>
    el(
      'div',
      {
        id: `${id}-${index}`,
        class: index === active ? 'option active' : 'option',
        role: 'option',
        'aria-selected': index === active,
        onClick: () => take(each),
      },
      el(
        'span',
        { class: 'menu-words' },
        el('span', null, el('strong', null, each.label), ' ', el('span', { class: 'muted' }, each.hint)),
        el('span', { class: 'muted' }, each.description),
      ),
    ),
  );
  return el('div', { id, class: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions' }, ...rows);
}

function ShortcutsMenu({ session }: { session: Session }): JSX.Element | null {
  const { workspace, place } = session.state;
  const items = workspace.shortcuts
    .filter((each) => each.type === 'global')
    .map(({ callbackId, name, description }) => ({
      key: callbackId,
      label: name,
      description: `${description} · ${workspace.app.name}`,
      onSelect: () =>
        void session.act({
          act: 'shortcut',
          as: workspace.me,
          callbackId,
          ...(place.kind === 'conversation' && { channel: place.id }),
        }),
    }));
  return items.length > 0 ? h(Menu, { label: 'Shortcuts', items }, h(Icon, { name: 'bolt' })) : null;
}
