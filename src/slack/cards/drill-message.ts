import type { Drill } from '../../domain/drill.ts';
import { isObject, type Json, type JsonObject, plainText } from '../../domain/json.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, list, type Piece, preformatted, richText, sentence } from './pieces.ts';
import { progressBar } from './rollback-pieces.ts';

export interface DrillView {
  readonly drill: Drill;
  /** The live system's. */
  readonly title: string;
  /** How much of the present step is done, and of how much. */
  readonly progress: { readonly done: number; readonly of: number };
  /** What its signed record says; null: it is under way. */
  readonly record: JsonObject | null;
  readonly command: string;
}

/** A drill in one place: how far it is, and then its record. */
export function drillMessage(view: DrillView): SlackMessage {
  const { drill, title, record } = view;
  const how = record === null ? 'under way' : drill.passed ? 'passed' : 'failed';
  const head = `Drill ${drill.number} of ${title}: ${how}`;
  const said = record === null ? goingOn(view) : [ended(record)];
  return {
    text: sentence([`${head}. `, ...said.flat()], 'UTC'),
    blocks: [
      header('headline', head),
      richText('said', line(...ordered(drill)), ...said.map((each) => line(...each))),
      ...(record === null ? [] : [richText('record', ...recorded(drill, record))]),
    ],
  };
}

function ordered({ by, startedAt, writes }: Drill): Piece[] {
  return [
    { said: by.name, max: limits.name },
    ` ordered ${writes} writes to its sandbox `,
    startedAt,
    '. Nothing real is touched.',
  ];
}

function goingOn({ drill, progress, command }: DrillView): Piece[][] {
  const what = drill.state === 'writing' ? 'Writing' : 'Undoing, in the middle of which a process died';
  return [
    [bold(`${what}:`)],
    [progressBar(progress.done, progress.of)],
    [`To stop it: ${command} disable rollback`],
  ];
}

function ended(record: JsonObject): Piece[] {
  const count = (name: string) => Number(record[name] ?? 0);
  return [
    bold(`${count('undone')} of ${count('writes')} undone`),
    `, ${count('conflicted')} left because somebody had changed them, ${count('irreversible')} irreversible`,
    ...(count('not_undone') + count('not_written') > 0
      ? [`, ${count('not_undone')} not undone, ${count('not_written')} not written`]
      : []),
    `. ${count('overwritten') === 0 ? 'No newer record was' : `${count('overwritten')} newer records were`} overwritten, ${count('crashes')} holders died on the way, ${Number(record.seconds ?? 0)} s in all.`,
  ];
}

function recorded(drill: Drill, record: JsonObject) {
  const failures = textsIn(record.failures);
  const named = Array.isArray(record.named) ? record.named.filter(isObject) : [];
  const rows = named
    .slice(0, limits.rows)
    .map((each): Piece[] => [
      bold(`#${plainText(each.number)}`),
      ` ${plainText(each.outcome).replace('_', ' ')}`,
      ...(each.why === null ? [] : [': ', { said: plainText(each.why), max: limits.shown.text }]),
    ]);
  const more = named.length - rows.length;
  return [
    ...(failures.length > 0
      ? [line(bold('Why it failed:')), ...list(failures.map((each) => [{ said: each }]))]
      : []),
    ...(rows.length > 0
      ? [line(bold('Not undone, and why:')), ...list(more > 0 ? [...rows, [`… ${more} more`]] : rows)]
      : []),
    line('The signed record, which /.well-known/jwks.json verifies, ends in:'),
    preformatted((drill.record ?? '').slice(-SHOWN)),
  ];
}

/** Of the signature, to tell one record from another. */
const SHOWN = 43;

function textsIn(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(plainText) : [];
}
