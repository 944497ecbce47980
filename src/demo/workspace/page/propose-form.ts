import { h, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TourView } from '../protocol.ts';
import { el } from './el.ts';
import {
  type ProposalDraft,
  readAnswer,
  readDraft,
  type Said,
  writeBody,
  writeCurl,
} from './proposal-text.ts';
import type { Session } from './session.ts';

export interface ProposeFormProps {
  readonly target: NonNullable<TourView['proposal']>;
  readonly session: Session;
}

const FIELDS: readonly (readonly [keyof ProposalDraft, string])[] = [
  ['action', 'Action'],
  ['account', 'Account'],
  ['invoice', 'Invoice'],
  ['amount', 'Amount'],
  ['reason', 'Reason'],
];

export function ProposeForm({ target, session }: ProposeFormProps): JSX.Element {
  const [draft, setDraft] = useState(() => readDraft(target.example));
  const [said, setSaid] = useState<Said>();
  const [copied, setCopied] = useState(false);
  const status = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (said) status.current?.scrollIntoView({ block: 'nearest' });
  }, [said]);
  const body = writeBody(target.example, draft);
  const curl = writeCurl(target, body);
  const post = async () => {
    setSaid({ headline: 'Posting…', sentence: '', body: '' });
    const result = await session.act({ act: 'propose', as: session.state.workspace.me, body });
    setSaid(result.ok ? readAnswer(result.answer) : { headline: result.problem, sentence: '', body: '' });
  };
  const copy = async () => {
    await navigator.clipboard.writeText(curl);
    setCopied(true);
  };
  const fields = FIELDS.map(([name, label]) =>
    el(
      'label',
      { key: name, class: `propose-field propose-${name}` },
      el('span', null, label),
      el('input', {
        class: 'field',
        type: 'text',
        value: draft[name],
        required: true,
        onInput: (event) => {
          setDraft({ ...draft, [name]: event.currentTarget.value });
          setCopied(false);
        },
      }),
    ),
  );
  return el(
    'form',
    {
      class: 'propose',
      'aria-label': 'Post a proposal of your own',
      onSubmit: (event) => {
        event.preventDefault();
        void post();
      },
    },
    el('h3', null, 'Post a proposal of your own'),
    el('p', { class: 'muted' }, 'Be the agent for once: the same request that any program can send.'),
    el('div', { class: 'propose-fields' }, ...fields),
    el('pre', { class: 'curl', tabIndex: 0, 'aria-label': 'The same as curl' }, curl),
    el(
      'div',
      { class: 'row' },
      el('button', { type: 'submit', class: 'btn primary' }, 'Post proposal'),
      el(
        'button',
        { type: 'button', class: 'btn', onClick: () => void copy() },
        copied ? 'Copied' : 'Copy curl',
      ),
    ),
    el('div', { ref: status, class: 'answer', role: 'status' }, said && h(Answer, said)),
  );
}

function Answer({ headline, sentence, body }: Said): JSX.Element {
  return el(
    'div',
    null,
    el('strong', null, headline),
    sentence !== '' && el('p', null, sentence),
    body !== '' &&
      el(
        'details',
        null,
        el('summary', { class: 'muted' }, 'The whole answer'),
        el('pre', { tabIndex: 0 }, body),
      ),
  );
}
