import { isObject, type JsonObject, objectsIn, stringIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { Json } from '../protocol.ts';
import {
  accessoryElement,
  actionsElement,
  contextActionsElement,
  eitherUrlOrFile,
  inputElement,
} from './elements.ts';
import { containerBlock, newerBlocks } from './newer-blocks.ts';
import { richTextElements } from './rich-text.ts';
import type { Finding, Kind, Rule, Surface, Walk } from './rules.ts';
import {
  anyText,
  boolean,
  byType,
  checkFields,
  integer,
  list,
  matching,
  object,
  plainText,
  report,
  string,
} from './rules.ts';

const imageOrText: Rule = (value, pointer, walk) => {
  const isImage = isObject(value) && value.type === 'image';
  if (isImage) accessoryElement(value, pointer, walk);
  else anyText(limits.section.text)(value, pointer, walk);
};

function uniqueActionIds(
  elements: readonly JsonObject[],
  block: JsonObject,
  pointer: string,
  walk: Walk,
): void {
  const seen = new Set<string>();
  for (const element of elements) {
    const id = stringIn(element.action_id);
    if (id && seen.has(id))
      report(
        walk,
        pointer,
        `\`action_id\` "${id}" already exists for \`block_id\` "${stringIn(block.block_id)}"`,
      );
    seen.add(id);
  }
}

const classicBlocks: { readonly [type: string]: Kind } = {
  header: { required: { text: plainText(limits.header) }, optional: { level: integer(1, 6) } },
  divider: { required: {} },
  section: {
    required: {},
    optional: {
      text: anyText(limits.section.text),
      fields: list(anyText(limits.section.field), limits.section.fields),
      accessory: accessoryElement,
      expand: boolean,
    },
    also(value, pointer, walk) {
      if (value.text === undefined && value.fields === undefined)
        report(walk, pointer, 'missing required field: text');
    },
  },
  rich_text: { required: { elements: richTextElements } },
  context: { required: { elements: list(imageOrText, limits.context) } },
  context_actions: {
    required: { elements: list(contextActionsElement, limits.contextActions) },
    also: (value, pointer, walk) => uniqueActionIds(objectsIn(value.elements), value, pointer, walk),
  },
  actions: {
    required: { elements: list(actionsElement, limits.actions) },
    also: (value, pointer, walk) => uniqueActionIds(objectsIn(value.elements), value, pointer, walk),
  },
  image: {
    required: { alt_text: string(limits.image.alt, 1) },
    optional: {
      image_url: string(limits.image.url),
      slack_file: object({}, { id: matching(/^F[A-Z0-9]{8,}$/), url: string() }),
      title: plainText(limits.image.title),
    },
    also: eitherUrlOrFile,
  },
  input: {
    required: { label: plainText(limits.input.label), element: inputElement },
    optional: { hint: plainText(limits.input.hint), optional: boolean, dispatch_action: boolean },
  },
  markdown: { required: { text: string(Number.POSITIVE_INFINITY, 1) } },
  file: { required: { external_id: string(limits.id), source: string() } },
  video: {
    required: {
      video_url: string(),
      thumbnail_url: string(),
      alt_text: string(),
      title: plainText(limits.video.title),
    },
    optional: {
      title_url: string(),
      author_name: string(limits.video.author),
      provider_name: string(),
      provider_icon_url: string(),
      description: plainText(limits.video.description),
    },
  },
};

/** M a message, V a modal, H App Home. Where sources disagree about a surface, the block is refused there. */
const surfacesOf: { readonly [type: string]: string } = {
  header: 'MVH',
  section: 'MVH',
  rich_text: 'MVH',
  context: 'MVH',
  actions: 'MVH',
  divider: 'MVH',
  image: 'MVH',
  input: 'MVH',
  video: 'MVH',
  file: 'M',
  context_actions: 'M',
  markdown: 'M',
  alert: 'V',
  card: 'M',
  carousel: 'M',
  container: 'M',
  table: 'M',
  data_table: 'M',
  data_visualization: 'M',
  task_card: 'M',
  plan: 'M',
};
const letters: Record<Surface, string> = { message: 'M', modal: 'V', home: 'H' };

const inContainer = [
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];
const kinds = Object.fromEntries(
  Object.entries({ ...classicBlocks, ...newerBlocks }).map(([type, kind]) => [type, withBlockId(kind)]),
);
kinds.container = withBlockId(containerBlock(byType(kinds, inContainer)));

function withBlockId(kind: Kind): Kind {
  return { ...kind, optional: { ...kind.optional, block_id: string(limits.id) } };
}

const block: Rule = (value, pointer, walk) => {
  if (!isObject(value)) return report(walk, pointer, 'must be an object');
  if (value.type === undefined) return report(walk, pointer, 'missing required field: type');
  const type = stringIn(value.type);
  const kind = kinds[type];
  if (!kind || !surfacesOf[type]?.includes(letters[walk.surface]))
    return report(walk, pointer, `unsupported type: ${type}`);
  checkFields(value, pointer, walk, { type: string(), ...kind.required }, kind.optional ?? {});
  kind.also?.(value, pointer, walk);
  const id = stringIn(value.block_id);
  if (id && walk.blockIds.has(id)) report(walk, pointer, `\`block_id\` "${id}" already exists`);
  walk.blockIds.add(id);
  walk.counts.set(type, (walk.counts.get(type) ?? 0) + 1);
};

export interface BlockCheck {
  readonly findings: readonly Finding[];
  readonly tooLong: boolean;
}

/** `blocks` as parsed; pointers start at `root`, which is `/blocks` or `/view/blocks`. */
export function validateBlocks(blocks: Json, surface: Surface, root = '/blocks'): BlockCheck {
  const walk: Walk = { surface, findings: [], blockIds: new Set(), characters: 0, counts: new Map() };
  const max = surface === 'message' ? limits.message.blocks : limits.view.blocks;
  list(block, max, 0)(blocks, root, walk);
  if ((walk.counts.get('table') ?? 0) > 1) report(walk, root, 'only one table allowed');
  if ((walk.counts.get('data_visualization') ?? 0) > limits.chart.perMessage)
    report(walk, root, `no more than ${limits.chart.perMessage} data_visualization blocks allowed`);
  const markdown = objectsIn(blocks).reduce(
    (sum, each) => sum + (each.type === 'markdown' ? stringIn(each.text).length : 0),
    0,
  );
  if (markdown > limits.message.markdown)
    report(walk, root, `must be less than ${limits.message.markdown + 1} characters`);
  return {
    findings: walk.findings,
    tooLong: surface === 'message' && walk.characters > limits.message.blockText,
  };
}

export function asText(finding: Finding): string {
  return `${finding.message} [json-pointer:${finding.pointer}]`;
}
