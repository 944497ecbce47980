import { h, type JSX } from 'preact';
import { ButtonElement, FeedbackElement, IconButtonElement, OverflowElement } from './button-elements.ts';
import { CheckboxesElement, RadioElement } from './choice-elements.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { asText, type Loose } from './loose-json.ts';
import { ImageElement } from './media-blocks.ts';
import { DateElement, DateTimeElement, TimeElement } from './picker-elements.ts';
import { SelectElement } from './select-element.ts';
import { useSurface } from './surface.ts';
import { FileInputElement, LineElement, RichTextElement } from './text-elements.ts';
import { useElement } from './use-element.ts';

const VIEWS: Readonly<Record<string, (props: { element: Loose }) => JSX.Element>> = {
  button: ButtonElement,
  workflow_button: ButtonElement,
  overflow: OverflowElement,
  feedback_buttons: FeedbackElement,
  icon_button: IconButtonElement,
  image: ImageElement,
  checkboxes: CheckboxesElement,
  radio_buttons: RadioElement,
  datepicker: DateElement,
  timepicker: TimeElement,
  datetimepicker: DateTimeElement,
  static_select: SelectElement,
  external_select: SelectElement,
  users_select: SelectElement,
  channels_select: SelectElement,
  conversations_select: SelectElement,
  multi_static_select: SelectElement,
  multi_external_select: SelectElement,
  multi_users_select: SelectElement,
  multi_channels_select: SelectElement,
  multi_conversations_select: SelectElement,
  plain_text_input: LineElement,
  email_text_input: LineElement,
  url_text_input: LineElement,
  number_input: LineElement,
  rich_text_input: RichTextElement,
  file_input: FileInputElement,
};

export function ElementView({ element }: { element: Loose }): JSX.Element {
  const { problem } = useSurface();
  const { blockId, actionId } = useElement(element);
  const type = asText(element.type);
  const view = Object.hasOwn(VIEWS, type) ? VIEWS[type] : undefined;
  const failed = problem?.blockId === blockId && problem.actionId === actionId ? problem.text : undefined;
  return el(
    'div',
    { class: `element element-${type}` },
    view
      ? h(view, { element })
      : el(
          'span',
          { class: 'unsupported' },
          `This workspace can’t show the element “${type || 'without a type'}”`,
        ),
    failed &&
      el('div', { class: 'element-problem', role: 'alert' }, h(Icon, { name: 'warning' }), ' ', failed),
  );
}
