import type { Json } from './protocol.ts';

export type JsonObject = { [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function stringIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A string, number or boolean as text; anything else as JSON. */
export function asString(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

export function listIn(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function objectsIn(value: Json | undefined): JsonObject[] {
  return listIn(value).filter(isObject);
}

/** undefined when the text is not JSON; JSON's own `null` stays null. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
