import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ModalView } from '../protocol.ts';
import { checkInputs } from './check-inputs.ts';
import { collectState } from './input-state.ts';
import type { Session } from './session.ts';
import type { Surface } from './surface.ts';
import { useBlockSurface } from './use-surface.ts';

type Errors = Readonly<Record<string, string>>;

export interface Submission {
  readonly surface: Surface;
  readonly busy: boolean;
  /** What went wrong as a whole, in Slack's words. */
  readonly problem: string | null;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly submit: () => Promise<void>;
}

/** The fields of a modal: checked here first, as Slack's client does, then by the app. */
export function useSubmission(modal: ModalView, session: Session): Submission {
  const { me } = session.state.workspace;
  const { id: viewId, blocks } = modal;
  const [own, setOwn] = useState<Errors>({});
  const [refusals, setRefusals] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const surface = useBlockSurface({
    kind: 'modal',
    place: { kind: 'view', viewId },
    blocks,
    me,
    act: session.act,
    values: modal.values,
    errors: { ...modal.errors, ...own },
  });
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('.invalid input, .invalid textarea, .invalid button')?.focus();
  }, [refusals]);
  const refuse = (errors: Errors) => {
    setOwn(errors);
    setRefusals((count) => count + 1);
  };
  const submit = async () => {
    if (busy) return;
    const values = collectState(blocks, surface.values);
    const refused = checkInputs(blocks, values);
    if (Object.keys(refused).length > 0) return refuse(refused);
    setOwn({});
    setProblem(null);
    setBusy(true);
    const result = await session.act({ act: 'submit', as: me, viewId, values }).finally(() => setBusy(false));
    if (result.ok) return;
    if (result.errors) refuse(result.errors);
    else setProblem(result.problem);
  };
  return { surface, busy, problem: problem ?? modal.problem, form, submit };
}
