import { EXIT, Stop } from '../errors.ts';
import { eraseAccount } from '../store/erasures.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say, sayJson } from './printable.ts';

interface Options {
  readonly account: string;
  readonly because: string;
  readonly giveUpUndo?: boolean;
  readonly json?: boolean;
}

/** Erases what is personal in the record of one account, with the owner's login. Exit 1: nothing was erased, and why. */
export async function runErase(settings: StoreSettings, options: Options): Promise<number> {
  const because = options.because.trim();
  if (because === '') throw new Stop(EXIT.usage, 'Say why with --because: it stays on record.');
  const erasure = await onStore(settings, 'owner', (database) =>
    eraseAccount(database, options.account, because, options.giveUpUndo === true),
  );
  const done = erasure.outcome === 'erased';
  if (options.json) sayJson(erasure);
  else if (done)
    say(
      `Erased ${erasure.values} personal values of ${erasure.proposals} proposals of account ${options.account}. Their events, decisions and digests stay, and the proof with them.`,
    );
  else
    say(
      `Nothing was erased: ${WHY[erasure.outcome](erasure.numbers.map((number) => `#${number}`).join(', '))}`,
    );
  return done ? EXIT.done : EXIT.no;
}

const WHY = {
  open: (which: string) => `${which} is still under way, or to be reviewed. Try again when it is settled.`,
  undoable: (which: string) =>
    `${which} could still be rolled back, and not any more once it is erased. Say --give-up-undo if that is meant.`,
};
