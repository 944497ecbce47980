import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { refuseToSend, type Suggestion, suggest } from './compose.ts';
import type { Session } from './session.ts';

/** Words for the next composer that is there; it says when it has them, so that they are put in once. */
export interface Prefill {
  readonly text: string;
  readonly done: () => void;
}

export interface DraftOptions {
  readonly session: Session;
  readonly channel: string;
  readonly threadTs?: string;
  readonly prefill?: Prefill | undefined;
}

export interface Draft {
  readonly text: string;
  readonly problem: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly write: (text: string) => void;
  readonly take: (suggestion: Suggestion) => void;
  readonly send: () => Promise<void>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** What is being written, with what completes it and what Slack would say against it. */
export function useDraft(options: DraftOptions): Draft {
  const { prefill, session } = options;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [active, setActive] = useState(0);
  const [folded, setFolded] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const suggestions = folded ? [] : suggest(text, session.state.workspace);
  const write = (next: string) => {
    setText(next);
    setProblem('');
    setActive(0);
    setFolded(false);
  };
  useEffect(() => {
    if (!prefill) return;
    setText(prefill.text);
    setFolded(true);
    box.current?.focus();
    prefill.done();
  }, [prefill]);
  const take = (suggestion: Suggestion) => {
    write(suggestion.replacement);
    box.current?.focus();
  };
  const send = async () => {
    const words = text.trimEnd();
    if (words.trim() === '') return;
    write('');
    const refused = await say(words, options);
    if (refused === undefined) return;
    setProblem(refused);
    setText((now) => now || words);
    setFolded(true);
  };
  const walk = (step: number) => setActive((active + step + suggestions.length) % suggestions.length);
  const onKeyDown = (event: KeyboardEvent) => {
    const current = suggestions[active];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    const enters = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (event.key === 'Escape') setFolded(true);
    if (current && step !== 0) walk(step);
    else if (current && (event.key === 'Tab' || (enters && current.label !== text))) take(current);
    else if (enters) void send();
    else return;
    event.preventDefault();
  };
  return { text, problem, suggestions, active, box, write, take, send, onKeyDown };
}

/** Why it was not sent, in Slack's words, or undefined. */
async function say(text: string, { session, channel, threadTs }: DraftOptions): Promise<string | undefined> {
  const { commands, me } = session.state.workspace;
  const refused = refuseToSend(text, threadTs !== undefined, commands);
  if (refused) return refused;
  const result = await session.act({ act: 'say', as: me, channel, text, ...(threadTs && { threadTs }) });
  return result.ok ? undefined : result.problem;
}
