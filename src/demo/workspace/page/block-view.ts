import { Component, h, type JSX } from 'preact';
import type { BlockProps } from './block-props.ts';
import {
  AlertBlock,
  CardBlock,
  CarouselBlock,
  ContainerBlock,
  PlanBlock,
  TaskCardBlock,
} from './card-blocks.ts';
import { ChartBlock } from './chart-view.ts';
import {
  ActionsBlock,
  ContextActionsBlock,
  ContextBlock,
  HeaderBlock,
  InputBlock,
  MarkdownBlock,
  RichTextBlock,
  SectionBlock,
} from './classic-blocks.ts';
import { el } from './el.ts';
import type { Loose } from './loose-json.ts';
import { asText } from './loose-json.ts';
import { FileBlock, ImageBlock, VideoBlock } from './media-blocks.ts';
import { BlockContext } from './surface.ts';
import { DataTableBlock, TableBlock } from './table-blocks.ts';

const VIEWS: Readonly<Record<string, (props: BlockProps) => JSX.Element>> = {
  actions: ActionsBlock,
  alert: AlertBlock,
  card: CardBlock,
  carousel: CarouselBlock,
  container: ContainerBlock,
  context: ContextBlock,
  context_actions: ContextActionsBlock,
  data_table: DataTableBlock,
  data_visualization: ChartBlock,
  divider: () => el('hr', null),
  file: FileBlock,
  header: HeaderBlock,
  image: ImageBlock,
  input: InputBlock,
  markdown: MarkdownBlock,
  plan: PlanBlock,
  rich_text: RichTextBlock,
  section: SectionBlock,
  table: TableBlock,
  task_card: TaskCardBlock,
  video: VideoBlock,
};

export function Blocks({ blocks }: { blocks: readonly Loose[] }): JSX.Element {
  return el(
    'div',
    { class: 'blocks' },
    ...blocks.map((block, index) => h(BlockView, { block, key: asText(block.block_id) || index })),
  );
}

function draw(blocks: readonly Loose[]): JSX.Element {
  return h(Blocks, { blocks });
}

/** A type that is not drawn is shown in red: nothing a bot sent is ever silently left out. */
function BlockView({ block }: { block: Loose }): JSX.Element {
  const type = asText(block.type);
  const view = Object.hasOwn(VIEWS, type) ? VIEWS[type] : undefined;
  const place = {
    blockId: asText(block.block_id),
    dispatches: type !== 'input' || block.dispatch_action === true,
  };
  return el(
    'div',
    { class: `block block-${view ? type : 'unsupported'}` },
    h(BlockContext, { value: place }, h(Guard, { block, view })),
  );
}

interface GuardProps {
  block: Loose;
  view: ((props: BlockProps) => JSX.Element) | undefined;
}

/** One block that can't be drawn must not take the page with it. */
class Guard extends Component<GuardProps, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render({ block, view }: GuardProps, { failed }: { failed: boolean }): JSX.Element {
    return view && !failed ? h(view, { block, draw }) : h(UnsupportedBlock, { block });
  }
}

function UnsupportedBlock({ block }: { block: Loose }): JSX.Element {
  return el(
    'details',
    { class: 'unsupported' },
    el('summary', null, `This workspace can’t show the block “${asText(block.type) || 'without a type'}”`),
    el('pre', null, JSON.stringify(block, null, 2)),
  );
}
