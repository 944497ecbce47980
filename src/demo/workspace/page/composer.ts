import { h, type JSX } from 'preact';
import { useId } from 'preact/hooks';
import { findUsage, type Suggestion } from './compose.ts';
import { type DraftOptions, useDraft } from './draft.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { Menu } from './menu.ts';
import type { Session } from './session.ts';

export interface ComposerProps extends DraftOptions {
  readonly label: string;
}

export function Composer(props: ComposerProps): JSX.Element {
  const { label, session } = props;
  const draft = useDraft(props);
  const id = useId();
  const { text, suggestions, active, problem } = draft;
  const suggests = suggestions.length > 0;
  const usage = suggests ? undefined : findUsage(text, session.state.workspace.commands);
  return el(
    'div',
    { class: 'composer-area' },
    suggests && h(SuggestionList, { id, suggestions, active, take: draft.take }),
    usage && el('div', { class: 'usage' }, el('code', null, usage.command), ` ${usage.usageHint}`),
    problem !== '' && el('div', { class: 'composer-problem', role: 'alert' }, problem),
    el(
      'div',
      { class: 'composer' },
      h(ShortcutsMenu, { session }),
      el('textarea', {
        ref: draft.box,
        rows: Math.min(8, text.split('\n').length),
        value: text,
        placeholder: label,
        'aria-label': label,
        'aria-autocomplete': 'list',
        ...(suggests && { 'aria-controls': id, 'aria-activedescendant': `${id}-${active}` }),
        onInput: (event) => draft.write(event.currentTarget.value),
        onKeyDown: draft.onKeyDown,
      }),
      h(SendButton, { disabled: text.trim() === '', send: () => void draft.send() }),
    ),
  );
}

function SendButton({ disabled, send }: { disabled: boolean; send: () => void }): JSX.Element {
  const icon = h(Icon, { name: 'send' });
  return el(
    'button',
    { type: 'button', class: 'send', 'aria-label': 'Send', title: 'Send', disabled, onClick: send },
    icon,
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
