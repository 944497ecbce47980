import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AppManifest } from './app-manifest.ts';
import type { Directory, DirectoryChannel, DirectoryPerson } from './directory.ts';
import type { JsonObject } from './json.ts';
import type { BlockView, StateValues } from './protocol.ts';

export interface Person extends DirectoryPerson {
  readonly teamId: string;
  readonly isBot: boolean;
  isDeactivated: boolean;
  isGuest: boolean;
}

export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  /** Ids. */
  members: string[];
}

export interface Channel {
  readonly id: string;
  readonly kind: 'public' | 'private' | 'dm';
  readonly name: string;
  readonly topic: string;
  readonly created: number;
  members: string[];
  isArchived: boolean;
}

export interface Problem {
  readonly blockId: string;
  readonly actionId: string;
  readonly text: string;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  text: string;
  blocks: BlockView[];
  readonly threadTs?: string;
  edited?: { readonly user: string; readonly ts: string };
  metadata?: JsonObject;
  files?: string[];
  /** Only this person sees it. Ephemeral messages are not part of a snapshot. */
  readonly ephemeralFor?: string;
  problem?: Problem;
}

export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly user: string;
  externalId: string;
  callbackId: string;
  privateMetadata: string;
  blocks: BlockView[];
  title: JsonObject | null;
  submit: JsonObject | null;
  close: JsonObject | null;
  clearOnClose: boolean;
  notifyOnClose: boolean;
  hash: string;
  readonly rootId: string;
  readonly previousId: string | null;
  values: StateValues;
  errors: Record<string, string>;
  problem: Problem | null;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly length: number;
  readonly uploadToken: string;
  readonly created: number;
  readonly altText: string;
  content: string | null;
  channels: string[];
  isComplete: boolean;
}

interface Execution {
  readonly id: string;
  state: 'running' | 'completed' | 'failed';
  outputs: JsonObject;
  error: string;
}

/** Everything that outlives a restart. Plain JSON, changed in place by the workspace's one process. */
export interface State {
  readonly version: 1;
  serial: number;
  /** Microseconds of the last message's ts, so that no two are alike. */
  lastTs: number;
  readonly people: Record<string, Person>;
  readonly groups: Record<string, Group>;
  readonly channels: Record<string, Channel>;
  readonly messages: Record<string, Message[]>;
  readonly views: Record<string, View>;
  readonly homes: Record<string, string>;
  readonly stacks: Record<string, string[]>;
  readonly reads: Record<string, Record<string, string>>;
  readonly files: Record<string, StoredFile>;
  readonly executions: Record<string, Execution>;
}

export const botUserId = 'U0CTRSIGNBOT';
export const botId = 'B0CTRSIGN01';
export const appId = 'A0CTRSIGN01';

function personOf(person: DirectoryPerson, teamId: string): Person {
  return {
    ...person,
    teamId: person.strangerFrom ?? teamId,
    isBot: false,
    isDeactivated: person.isDeactivated ?? false,
    isGuest: person.isGuest ?? false,
  };
}

function botOf(app: AppManifest, teamId: string): Person {
  const { name, description } = app.display_information;
  return {
    id: botUserId,
    handle: app.features.bot_user.display_name,
    name,
    email: '',
    title: '',
    part: description,
    timeZone: 'America/Los_Angeles',
    locale: 'en-US',
    teamId,
    isBot: true,
    isDeactivated: false,
    isGuest: false,
  };
}

function channelOf(channel: DirectoryChannel, byHandle: Map<string, string>, created: number): Channel {
  const members = channel.members.map((handle) => idOf(byHandle, handle, `#${channel.name}`));
  return {
    id: channel.id,
    kind: channel.isPrivate ? 'private' : 'public',
    name: channel.name,
    topic: channel.topic,
    created,
    members: channel.hasBot ? [...members, botUserId] : members,
    isArchived: channel.isArchived ?? false,
  };
}

function idOf(byHandle: Map<string, string>, handle: string, where: string): string {
  const id = byHandle.get(handle);
  if (!id) throw new Error(`${where} names "${handle}", and the directory has nobody of that handle`);
  return id;
}

function emptyState(): State {
  return {
    version: 1,
    serial: 0,
    lastTs: 0,
    people: {},
    groups: {},
    channels: {},
    messages: {},
    views: {},
    homes: {},
    stacks: {},
    reads: {},
    files: {},
    executions: {},
  };
}

/** A snapshot wins over the directory; what the directory has gained since is added. */
export function loadState(directory: Directory, app: AppManifest, now: number, file?: string): State {
  const state = file && existsSync(file) ? readSnapshot(file) : emptyState();
  const people = [
    ...directory.people.map((each) => personOf(each, directory.team.id)),
    botOf(app, directory.team.id),
  ];
  const byHandle = new Map(people.map((person) => [person.handle, person.id]));
  for (const person of people) state.people[person.id] ??= person;
  for (const group of directory.groups)
    state.groups[group.id] ??= {
      ...group,
      members: group.members.map((handle) => idOf(byHandle, handle, `@${group.handle}`)),
    };
  for (const channel of directory.channels)
    state.channels[channel.id] ??= channelOf(channel, byHandle, Math.floor(now / 1000));
  return state;
}

function readSnapshot(file: string): State {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as State;
    if (state.version === 1) return state;
  } catch (error) {
    throw new Error(`${file} is not a snapshot of a workspace; delete it to begin afresh`, { cause: error });
  }
  throw new Error(`${file} was written by another version of the workspace; delete it to begin afresh`);
}

/** Written beside and renamed, so that a reader never sees half of it. */
export function writeSnapshot(state: State, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function nextId(state: State, prefix: string): string {
  state.serial += 1;
  const mixed = (state.serial * 2_654_435_761) % 2 ** 32;
  return `${prefix}0${mixed.toString(36).padStart(7, '0')}${state.serial.toString(36).padStart(2, '0')}`.toUpperCase();
}

export function nextTs(state: State, now: number): string {
  state.lastTs = Math.max(now * 1000, state.lastTs + 1);
  return formatTs(state.lastTs);
}

export function formatTs(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}
