import { type JsonObject, listIn, objectIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { Fields, Finding, Walk } from './rules.ts';
import { anything, boolean, byType, plainText, report, string } from './rules.ts';
import { validateBlocks } from './validate-blocks.ts';

const common: Fields = {
  private_metadata: string(limits.view.privateMetadata),
  callback_id: string(limits.id),
  external_id: string(limits.id),
};

const view = byType({
  home: { required: { blocks: anything }, optional: common },
  modal: {
    required: { title: plainText(limits.view.title), blocks: anything },
    optional: {
      ...common,
      submit: plainText(limits.view.button),
      close: plainText(limits.view.button),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
  },
});

/** A whole modal or Home view. */
export function validateView(value: JsonObject): readonly Finding[] {
  const surface = value.type === 'home' ? 'home' : 'modal';
  const walk: Walk = { surface, findings: [], blockIds: new Set(), characters: 0, counts: new Map() };
  view(value, '/view', walk);
  const hasInput = listIn(value.blocks).some((each) => objectIn(each).type === 'input');
  if (surface === 'modal' && hasInput && value.submit === undefined)
    report(walk, '/view', '`submit` is required when an `input` block is within the `blocks` array');
  return [...walk.findings, ...validateBlocks(value.blocks ?? [], surface, '/view/blocks').findings];
}
