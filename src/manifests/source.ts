import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from 'yaml';
import { Decimal } from '../domain/decimal.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Path, Problem } from './problem.ts';
import { type Env, substitute } from './substitute.ts';

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 40;

type Level = Problem['level'];

/** One manifest as read: its tree of YAML nodes, which knows where everything stands. */
export class Source {
  readonly file: string;
  readonly problems: Problem[] = [];
  private readonly lines = new LineCounter();
  private readonly root: ParsedNode | null;

  constructor(file: string, text: string) {
    this.file = file;
    this.root = this.parse(text);
  }

  /** Notes a problem at a path; where the path ends early, at the deepest key of it that exists. */
  report(path: Path, message: string, level: Level = 'error', at: 'key' | 'value' = 'value'): void {
    this.problems.push({ file: this.file, ...this.place(path, at), path: path.join('.'), message, level });
  }

  /** Whether the value at a path could not even be read: what a schema says of it would only be noise. */
  failedAt(path: Path): boolean {
    return this.problems.some((problem) => problem.level === 'error' && problem.path === path.join('.'));
  }

  get failed(): boolean {
    return this.problems.some((problem) => problem.level === 'error');
  }

  /** The names in `env:NAME`, wherever they stand. */
  secretNames(): string[] {
    const names: string[] = [];
    if (this.root === null) return names;
    visit(this.root, {
      Scalar: (_, { value }) => {
        const name = typeof value === 'string' ? /^env:(\w+)$/.exec(value)?.[1] : undefined;
        if (name !== undefined) names.push(name);
      },
    });
    return names;
  }

  /** The values with the environment put in; undefined when the text was no YAML. */
  read(env: Env, secrets: ReadonlySet<string>): Json | undefined {
    if (this.failed) return undefined;
    return this.valueOf(this.root, [], { env, secrets });
  }

  private parse(text: string): ParsedNode | null {
    if (Buffer.byteLength(text) > MAX_BYTES) {
      this.report([], 'is larger than 256 KiB');
      return null;
    }
    try {
      const document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, schema: 'core' });
      for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
        this.problems.push({
          file: this.file,
          ...this.positionAt(pos[0]),
          path: '',
          message: explain(code, message),
          level: 'error',
        });
      }
      if (document.directives?.yaml.explicit) this.report([], 'directives such as %YAML are not offered');
      return document.contents;
    } catch (error) {
      // The parser recurses: thousands of brackets exhaust the stack.
      if (!(error instanceof RangeError)) throw error;
      this.report([], 'is nested too deeply');
      return null;
    }
  }

  private valueOf(node: Node | null, path: Path, context: { env: Env; secrets: ReadonlySet<string> }): Json {
    if (path.length > MAX_DEPTH) this.report(path.slice(0, MAX_DEPTH), 'is nested too deeply');
    else if (isAlias(node)) this.report(path, 'aliases (*name) are not offered: write it out');
    else if (isSeq<Node>(node))
      return node.items.map((item, index) => this.valueOf(item, [...path, index], context));
    else if (isMap<Node, Node | null>(node)) {
      const result: JsonObject = {};
      for (const { key, value } of node.items) {
        if (!isScalar(key) || key.value === '__proto__') this.report(path, 'has a key that is no plain text');
        else result[String(key.value)] = this.valueOf(value, [...path, String(key.value)], context);
      }
      return result;
    } else if (isScalar(node)) return this.scalarOf(node.value, node.source ?? '', path, context);
    return null;
  }

  private scalarOf(
    value: unknown,
    source: string,
    path: Path,
    context: { env: Env; secrets: ReadonlySet<string> },
  ): Json {
    if (typeof value === 'string') {
      const report = (message: string) => this.report(path, message);
      return substitute(value, { ...context, inConnector: path[0] === 'connector', report });
    }
    if (typeof value === 'number' && !isExact(value, source)) {
      this.report(path, 'is a number that JSON can not hold as it is written: quote it');
      return null;
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  private place(path: Path, at: 'key' | 'value'): { line: number; column: number } {
    let node: Node | null = this.root;
    let key: Node | null = null;
    let depth = 0;
    for (const part of path) {
      if (isMap<Node, Node | null>(node)) {
        const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(part));
        if (!pair) break;
        [key, node] = [pair.key, pair.value];
      } else if (isSeq<Node>(node) && node.items[Number(part)]) {
        node = node.items[Number(part)] ?? null;
        key = node;
      } else break;
      depth += 1;
    }
    const useKey = depth < path.length || at === 'key' || isCollection(node) || isEmpty(node);
    return this.positionAt((useKey ? key : node)?.range?.[0] ?? 0);
  }

  private positionAt(offset: number): { line: number; column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** `channel: #name`: nothing stands there. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.source === '' && node.value === null);
}

function isExact(value: number, source: string): boolean {
  if (!/^-?(0|[1-9]\d{0,29})(\.\d{1,20})?$/.test(source) || !/^-?[\d.]+$/.test(String(value))) return false;
  return Decimal.parse(source).compare(Decimal.parse(String(value))) === 0;
}

const EXPLAINED: Record<string, string> = {
  DUPLICATE_KEY: 'stands twice: every key only once',
  MULTIPLE_DOCS: 'holds more than one document (---): one manifest a file',
  TAG_RESOLVE_FAILED: 'tags (!name) are not offered',
  BAD_COLLECTION_TYPE: 'tags (!name) are not offered',
  BAD_DQ_ESCAPE: 'has an escape sequence that YAML does not know',
  BAD_ALIAS: 'aliases (*name) are not offered: write it out',
};

/** The parser's messages quote the text after a colon; it could be a secret. */
function explain(code: string, message: string): string {
  return EXPLAINED[code] ?? `is no YAML: ${message.split(/(?<=\S): /)[0] ?? code}`;
}
