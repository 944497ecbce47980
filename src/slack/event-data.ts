import { isObject, type Json, type JsonObject } from '../domain/json.ts';
import type { SwitchedBy } from '../domain/switches.ts';

/** What an event says under a name; empty: nothing, or no text. */
export function textIn(data: JsonObject, name: string): string {
  const value = data[name];
  return typeof value === 'string' ? value : '';
}

export function byIn(by: Json | undefined): SwitchedBy {
  const data = isObject(by) ? by : {};
  return { principal: textIn(data, 'principal'), id: textIn(data, 'id'), name: textIn(data, 'name') };
}
