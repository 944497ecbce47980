import { checkExpression, evaluate, fromCel, type Scope } from './expression.ts';
import type { Json } from './json.ts';

/** A text cut at its `${{ … }}`: literals stand as they are, expressions are evaluated. */
type Piece = { literal: string } | { expression: string };

const cuts = new Map<string, readonly Piece[]>();

function cut(text: string): readonly Piece[] {
  const known = cuts.get(text);
  if (known) return known;
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\{\{(.*?)\}\}/gs)) {
    if (match.index > from) pieces.push({ literal: text.slice(from, match.index) });
    pieces.push({ expression: (match[1] ?? '').trim() });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ literal: text.slice(from) });
  cuts.set(text, pieces);
  return pieces;
}

/** The expressions in a text or a tree of them, in order. */
export function expressionsIn(template: unknown): string[] {
  if (typeof template === 'string')
    return cut(template).flatMap((piece) => ('expression' in piece ? [piece.expression] : []));
  if (Array.isArray(template)) return template.flatMap(expressionsIn);
  if (typeof template === 'object' && template !== null)
    return Object.values(template).flatMap(expressionsIn);
  return [];
}

/** Throws the first expression's ExpressionError, when the manifest is loaded. */
export function checkTemplate(template: unknown): void {
  for (const expression of expressionsIn(template)) checkExpression(expression);
}

function textOf(value: unknown): string {
  const plain = fromCel(value);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

/** Renders text that people read. */
export function renderText(template: string, scope: Scope): string {
  return cut(template)
    .map((piece) => ('literal' in piece ? piece.literal : textOf(evaluate(piece.expression, scope))))
    .join('');
}

/**
 * Renders a JSON body as values, never by pasting strings: a string that is one expression becomes that expression's
 * value with its type, so that nothing an agent writes can break out of its place.
 */
export function renderJson(template: Json, scope: Scope): Json {
  if (typeof template === 'string') {
    const [only, more] = cut(template);
    if (only && !more && 'expression' in only) return fromCel(evaluate(only.expression, scope)) as Json;
    return renderText(template, scope);
  }
  if (Array.isArray(template)) return template.map((each) => renderJson(each, scope));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, each]) => [key, renderJson(each, scope)]));
  }
  return template;
}

/** Renders `/path?query`; every value is percent-encoded. Throws a RangeError for a value that would be no segment. */
export function renderPath(template: string, scope: Scope): string {
  return cut(template)
    .map((piece) => {
      if ('literal' in piece) return piece.literal;
      const value = textOf(evaluate(piece.expression, scope));
      if (value === '' || value === '.' || value === '..')
        throw new RangeError(`"${value}" can't stand in a path`);
      return encodeURIComponent(value);
    })
    .join('');
}
