import { randomBytes } from 'node:crypto';
import { objectsIn, stringIn } from '../json.ts';
import { postMessage } from '../messages.ts';
import { botUserId, nextId } from '../state.ts';
import { fileJson } from '../wire.ts';
import type { Call, MethodTable } from './call.ts';
import { invalidArguments, Refusal, required, structure, text } from './call.ts';
import { postableChannel } from './find-channel.ts';

function uploadUrl({ world, args }: Call) {
  const name = required(args, 'filename');
  const length = Number(required(args, 'length'));
  if (!Number.isInteger(length) || length < 1)
    throw invalidArguments('must be greater than 0 [json-pointer:/length]');
  const id = nextId(world.state, 'F');
  const uploadToken = randomBytes(16).toString('hex');
  world.state.files[id] = {
    id,
    name,
    title: name,
    length,
    uploadToken,
    created: Math.floor(world.clock.now() / 1000),
    altText: text(args, 'alt_txt'),
    content: null,
    channels: [],
    isComplete: false,
  };
  world.save();
  return { upload_url: `${world.origin}/upload/v1/${uploadToken}`, file_id: id };
}

/** Without a channel the file stays private to the bot. */
function completeUpload({ world, args }: Call) {
  const given = objectsIn(structure(args, 'files'));
  if (given.length === 0) throw invalidArguments('missing required field: files');
  const files = given.map((each) => {
    const file = world.state.files[stringIn(each.id)];
    if (!file || file.content === null) throw new Refusal('file_not_found');
    file.title = stringIn(each.title) || file.name;
    return file;
  });
  const wanted = text(args, 'channel_id');
  const channel = wanted ? postableChannel(world, wanted) : undefined;
  for (const file of files) {
    file.isComplete = true;
    if (channel) file.channels.push(channel.id);
  }
  if (channel) {
    const threadTs = text(args, 'thread_ts');
    postMessage(world, {
      channel: channel.id,
      user: botUserId,
      text: text(args, 'initial_comment'),
      blocks: [],
      files: files.map((file) => file.id),
      ...(threadTs ? { threadTs } : {}),
    });
  }
  world.save();
  return { files: files.map((file) => fileJson(world, file)) };
}

export const fileMethods: MethodTable = {
  'files.getUploadURLExternal': { tier: 4, scopes: ['files:write'], run: uploadUrl },
  'files.completeUploadExternal': { tier: 4, scopes: ['files:write'], run: completeUpload },
  'files.info': {
    tier: 4,
    scopes: ['files:read'],
    run({ world, args }) {
      const file = world.state.files[required(args, 'file')];
      if (!file) throw new Refusal('file_not_found');
      return { file: fileJson(world, file), comments: [], response_metadata: { next_cursor: '' } };
    },
  },
};
