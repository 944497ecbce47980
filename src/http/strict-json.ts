import type { Json, JsonObject } from '../domain/json.ts';
import { readExactNumber } from './exact-number.ts';
import { LIMITS } from './limits.ts';

export type StrictJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly why: string };

/**
 * Reads JSON that has one meaning only: what two readers could take for two things is refused (bytes that are no UTF-8, a key
 * twice, numbers that get rounded, NUL, lone surrogates, `__proto__`), and so is nesting that is too deep.
 */
export function readStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, why: 'it is not valid UTF-8' };
  }
  try {
    return { ok: true, value: new Reader(text).document() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, why: `${error.message} ${placeIn(text, error.at)}` };
    throw error;
  }
}

class Unreadable extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

function placeIn(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  return `at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What a text may hold as it is: all from the blank on, but for `"` and the backslash. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const BLANK = /[ \t\n\r]*/y;
const ESCAPED: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(1);
    if (this.#at < this.#text.length) throw this.#unexpected('the end');
    return value;
  }

  #value(depth: number): Json {
    this.#take(BLANK);
    const value = this.#bare(depth);
    this.#take(BLANK);
    return value;
  }

  #bare(depth: number): Json {
    const start = this.#at;
    const next = this.#text[start];
    if ((next === '{' || next === '[') && depth > LIMITS.jsonDepth)
      throw new Unreadable(`it is nested deeper than ${LIMITS.jsonDepth}`, start);
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of WORDS) if (this.#skip(word)) return value;
    const written = this.#take(NUMBER);
    if (written === '') throw this.#unexpected('a value');
    const number = readExactNumber(written);
    if (typeof number === 'string') throw new Unreadable(`${written.slice(0, 40)} ${number},`, start);
    return number;
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#at += 1;
    this.#take(BLANK);
    if (this.#skip('}')) return object;
    do {
      this.#take(BLANK);
      const start = this.#at;
      if (this.#text[start] !== '"') throw this.#unexpected('a key in quotes');
      const key = this.#string();
      if (key === '__proto__') throw new Unreadable('the key "__proto__" is not taken,', start);
      if (Object.hasOwn(object, key))
        throw new Unreadable(`the key ${JSON.stringify(key.slice(0, 60))} stands twice,`, start);
      this.#take(BLANK);
      if (!this.#skip(':')) throw this.#unexpected('":"');
      object[key] = this.#value(depth + 1);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw this.#unexpected('"," or "}"');
    return object;
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    this.#at += 1;
    this.#take(BLANK);
    if (this.#skip(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#skip(','));
    if (!this.#skip(']')) throw this.#unexpected('"," or "]"');
    return array;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    let text = this.#take(PLAIN);
    while (!this.#skip('"')) {
      text += this.#escape() + this.#take(PLAIN);
    }
    if (text.includes('\0')) throw new Unreadable('a text holds a NUL character,', start);
    if (!text.isWellFormed()) throw new Unreadable('a text holds half of a surrogate pair,', start);
    return text;
  }

  #escape(): string {
    if (!this.#skip('\\')) throw this.#unexpected('the rest of a text');
    const letter = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (letter !== 'u') {
      const meant = ESCAPED[letter];
      if (meant === undefined) throw new Unreadable('there is no such escape', this.#at - 2);
      return meant;
    }
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits))
      throw new Unreadable('\\u needs four hexadecimal digits', this.#at - 2);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #skip(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #unexpected(wanted: string): Unreadable {
    const found = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    const what = this.#at < this.#text.length ? JSON.stringify(found) : 'the end';
    return new Unreadable(`${wanted} is expected and ${what} found`, this.#at);
  }
}
