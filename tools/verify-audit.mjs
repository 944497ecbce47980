#!/usr/bin/env node
// Verifies what `countersign audit export --format jsonl` wrote, with nothing but Node 18 or newer: no code of Countersign, no
// database, no network. docs/audit-evidence.md says what is hashed and signed, so that you can write one of your own.
//
//   node verify-audit.mjs export.jsonl --key public.pem [--checkpoints checkpoints.txt]
//
// --key          the public key that you were given: a PEM, `name+id+base64`, or the base64 of its 32 bytes
// --checkpoints  signed heads that you kept yourself; those of the size of what you verify must agree with it
//
// Exit 0: everything is proved. 1: something is not, and the first such line is named. 2: wrong usage.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);
const leafHash = (row) => sha256(LEAF, row);
const nodeHash = (left, right) => sha256(NODE, left, right);

// The row as Postgres sends it in binary: the number of columns, and for each its type's number, its length and its bytes.
const TEXT = 25;
const INT4 = 23;
const INT8 = 20;
const TIMESTAMPTZ = 1184;
const MICROS_TO_2000 = 946684800000000n;

function field(type, bytes) {
  const head = Buffer.alloc(8);
  head.writeInt32BE(type, 0);
  head.writeInt32BE(bytes ? bytes.length : -1, 4);
  return bytes ? Buffer.concat([head, bytes]) : head;
}
const text = (value) => field(TEXT, value === null ? null : Buffer.from(value, 'utf8'));
function int4(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return field(INT4, bytes);
}
function int8(value, type = INT8) {
  if (value === null) return field(type, null);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return field(type, bytes);
}
function instant(at) {
  const [, second, micros] = /^(.+)\.(\d{6})Z$/.exec(at) ?? fail(`"${at}" is not a time with six decimals`);
  return int8(BigInt(Date.parse(`${second}Z`)) * 1000n + BigInt(micros) - MICROS_TO_2000, TIMESTAMPTZ);
}
function rowBytes(row, data) {
  const columns = Buffer.alloc(4);
  columns.writeInt32BE(11);
  return Buffer.concat([
    columns,
    text(row.stream),
    int4(row.seq),
    instant(row.at),
    int8(row.xid),
    text(row.type),
    text(row.actor),
    text(row.agent),
    text(row.system),
    text(row.account),
    int8(row.number),
    text(data),
  ]);
}

/** What stands after the first `,"data":` is the JSON that was hashed, byte for byte: inside a string its quotes would be escaped. */
function dataIn(line) {
  const start = line.indexOf(',"data":');
  return start < 0 ? fail('it has no data') : line.slice(start + 8, -1);
}

// RFC 9162, 2.1.3.2: from a leaf to the root.
function rootFrom(leaf, position, size, proof) {
  let index = position;
  let last = size - 1;
  let hash = leaf;
  for (const step of proof) {
    const other = Buffer.from(step, 'base64');
    if (last === 0) return undefined;
    if (index % 2 === 1 || index === last) {
      hash = nodeHash(other, hash);
      while (index % 2 === 0 && index !== 0) {
        index /= 2;
        last = Math.floor(last / 2);
      }
    } else hash = nodeHash(hash, other);
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

/** The whole tree, grown leaf by leaf. */
function createTree() {
  const frontier = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    append(leaf) {
      let node = leaf;
      for (let index = size; index % 2 === 1; index = (index - 1) / 2) node = nodeHash(frontier.pop(), node);
      frontier.push(node);
      size += 1;
    },
    root: () =>
      frontier.length === 0 ? sha256('') : frontier.reduceRight((right, left) => nodeHash(left, right)),
  };
}

// C2SP tlog-checkpoint and signed-note.
function readCheckpoints(file) {
  const note = /([^\n]+)\n(\d+)\n([A-Za-z0-9+/=]+)\n((?:[^\n]+\n)*)\n((?:— [^\n]+(?:\n|$))+)/g;
  return [...file.replace(/\r\n/g, '\n').matchAll(note)].map(([, origin, size, root, more, signed]) => ({
    origin,
    size: Number(size),
    root,
    body: `${origin}\n${size}\n${root}\n${more}`,
    signatures: signed.trimEnd().split('\n'),
  }));
}
function readKey(given) {
  if (given.includes('-----BEGIN'))
    return createPublicKey(given).export({ format: 'der', type: 'spki' }).subarray(-32);
  const [, encoded = given.trim()] = /^[^+\s]+\+[0-9a-f]{8}\+(\S+)$/.exec(given.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  const raw = bytes.length === 33 ? bytes.subarray(1) : bytes;
  return raw.length === 32 ? raw : misused('--key is no Ed25519 public key');
}
function isSigned(head, raw) {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const id = sha256(`${head.origin}\n`, Buffer.of(1), raw).subarray(0, 4);
  return head.signatures.some((line) => {
    const [, name, encoded] = line.split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    const isOurs = name === head.origin && bytes.subarray(0, 4).equals(id);
    return isOurs && verify(null, Buffer.from(head.body), key, bytes.subarray(4));
  });
}

class Failed extends Error {}
function fail(why) {
  throw new Failed(why);
}
function misused(why) {
  console.error(
    `${why}\nUsage: node verify-audit.mjs export.jsonl --key public.pem [--checkpoints checkpoints.txt]`,
  );
  process.exit(2);
}

function readArguments() {
  const given = { file: '', '--key': '', '--checkpoints': '' };
  const words = process.argv.slice(2);
  while (words.length > 0) {
    const word = words.shift();
    if (word in given && word.startsWith('--'))
      given[word] = words.shift() ?? misused(`${word} names a file`);
    else if (word.startsWith('--') || given.file) misused(`${word} is not understood`);
    else given.file = word;
  }
  if (!given.file || !given['--key']) misused('An export and a key are needed.');
  return given;
}
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return misused(`${file} can't be read`);
  }
}

/** The heads that the rows are compared with: the export's own, and in a whole log all that the auditor kept. */
function headsOf(header, kept, key) {
  const own = readCheckpoints(header.checkpoint ?? '')[0] ?? fail('the export has no signed head');
  for (const head of [own, ...kept])
    if (!isSigned(head, key))
      fail(`the head of ${head.size} rows (${head.origin}) is not signed by this key`);
  for (const head of kept) {
    if (head.origin !== own.origin) fail(`you keep a head of another log, ${head.origin}`);
    if (head.size === own.size && head.root !== own.root)
      fail(`you keep another head of ${head.size} rows: two histories were signed`);
  }
  return { own, all: [own, ...kept].sort((a, b) => a.size - b.size) };
}

/** Personal values are kept apart from their event, which has `sha256(salt ‖ JSON)` of each; those that were erased are not there. */
function checkValues(entry, line) {
  if (entry.values === undefined) return;
  const { erasable = {} } = JSON.parse(dataIn(line));
  for (const [path, { salt, json }] of Object.entries(entry.values))
    if (sha256(Buffer.from(salt, 'base64'), json).toString('base64') !== erasable[path])
      fail(`the value of ${path} is not what the event commits to`);
}

function createWhole(heads) {
  const tree = createTree();
  const waiting = [...heads.all];
  let good = 0;
  return {
    take(entry, line) {
      checkValues(entry, line);
      if (entry.position !== tree.size) fail(`leaf ${tree.size} is missing`);
      if (entry.leaf && entry.row !== 'retired')
        fail(`the row of leaf ${entry.position} is gone or was altered`);
      tree.append(entry.leaf ? Buffer.from(entry.leaf, 'base64') : leafHash(rowBytes(entry, dataIn(line))));
      while (waiting[0]?.size === tree.size) {
        if (waiting[0].root !== tree.root().toString('base64'))
          fail(`rows ${good} to ${tree.size - 1} are not those whose head of ${tree.size} rows was signed`);
        good = waiting.shift().size;
      }
      return true;
    },
    end() {
      if (waiting.length > 0)
        fail(`a head of ${waiting.at(-1).size} rows was signed, and the export has ${tree.size}`);
      const young = tree.size - good;
      return `all ${good} rows of the log${young > 0 ? `; ${young} more are too young for these heads` : ''}`;
    },
  };
}

function createPart(heads) {
  const seen = new Set();
  let proved = 0;
  let young = 0;
  return {
    take(entry, line) {
      checkValues(entry, line);
      if (entry.altered) fail('the row is not what was sealed');
      if (!entry.proof) {
        young += 1;
        return false;
      }
      if (seen.has(entry.position)) fail(`two rows claim the place ${entry.position}`);
      seen.add(entry.position);
      const root = rootFrom(
        leafHash(rowBytes(entry, dataIn(line))),
        entry.position,
        heads.own.size,
        entry.proof,
      );
      if (root?.toString('base64') !== heads.own.root) fail(`the row is not in the log at ${entry.position}`);
      proved += 1;
      return true;
    },
    end: () =>
      `${proved} rows are in the log of ${heads.own.size}${young > 0 ? `; ${young} are too young for its head` : ''}. That none was left out, only an export of the whole log proves`,
  };
}

const given = readArguments();
const key = readKey(contentOf(given['--key']));
const kept = given['--checkpoints'] ? readCheckpoints(contentOf(given['--checkpoints'])) : [];
if (given['--checkpoints'] && kept.length === 0) misused(`${given['--checkpoints']} holds no signed head`);
if (!existsSync(given.file)) misused(`${given.file} can't be read`);
let number = 0;
let reader;
try {
  for await (const line of createInterface({
    input: createReadStream(given.file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number += 1;
    if (line === '') continue;
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      fail('it is not JSON');
    }
    if (reader) {
      reader.take(entry, line);
      continue;
    }
    if (entry.countersign_audit !== 1) fail('it is not an export of countersign');
    const heads = headsOf(entry, kept, key);
    reader = entry.whole ? createWhole(heads) : createPart(heads);
    if (!entry.whole && kept.length > 0 && !kept.some(({ size }) => size === heads.own.size))
      console.error(
        `Note: none of your heads is of ${heads.own.size} rows. To compare, ask for an export with --checkpoint and your file.`,
      );
  }
  if (!reader) fail('it is empty');
  console.log(`Proved: ${reader.end()}.`);
} catch (error) {
  if (!(error instanceof Failed) && !(error instanceof TypeError) && !(error instanceof RangeError))
    throw error;
  console.error(`NOT proved. Line ${number} of ${given.file}: ${error.message}`);
  process.exitCode = 1;
}
