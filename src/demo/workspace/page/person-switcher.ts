import { h, type JSX } from 'preact';
import type { PersonView, WorkspaceView } from '../protocol.ts';
import { Avatar } from './avatar.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { Menu } from './menu.ts';

const KIND_WORDS: Readonly<Record<PersonView['kind'], string>> = {
  member: '',
  guest: 'guest',
  stranger: 'stranger',
  deactivated: 'deactivated',
  bot: '',
};

export function PersonSwitcher({
  workspace,
  become,
}: {
  workspace: WorkspaceView;
  become: (id: string) => void;
}): JSX.Element {
  const people = workspace.people.filter((person) => person.kind !== 'bot');
  const me = people.find((person) => person.id === workspace.me);
  const items = people.map((person) => ({
    key: person.id,
    label: person.name,
    description: describe(person),
    icon: h(Avatar, { name: person.name }),
    checked: person.id === workspace.me,
    onSelect: () => become(person.id),
  }));
  const name = me?.name ?? workspace.me;
  return h(
    Menu,
    {
      label: `Acting as ${name}, ${me ? describe(me) : ''}. Change person`,
      class: 'person-button',
      width: 340,
      items,
    },
    h(Avatar, { name, small: true }),
    el(
      'span',
      { class: 'person-words' },
      el('span', { class: 'person-name' }, name),
      el('span', { class: 'person-part' }, me ? describe(me) : ''),
    ),
    h(Icon, { name: 'chevron' }),
  );
}

/** The part that somebody plays often says the title, or the kind, already: nothing is said twice. */
function describe(person: PersonView): string {
  const says = (words: string, word: string) => words.toLowerCase().includes(word.toLowerCase());
  return [person.title, person.part, KIND_WORDS[person.kind]]
    .filter((word, index, all) => word !== '' && !all.some((other, at) => at < index && says(other, word)))
    .filter((word, _index, all) => !all.some((other) => other !== word && says(other, word)))
    .join(' · ');
}
