import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const command = z.object({
  command: z.string(),
  url: z.string().optional(),
  description: z.string().default(''),
  usage_hint: z.string().default(''),
  should_escape: z.boolean().default(false),
});

const shortcut = z.object({
  name: z.string(),
  type: z.enum(['global', 'message']),
  callback_id: z.string(),
  description: z.string().default(''),
});

const schema = z.object({
  display_information: z.object({ name: z.string(), description: z.string().default('') }),
  features: z.object({
    app_home: z
      .object({
        home_tab_enabled: z.boolean().default(false),
        messages_tab_enabled: z.boolean().default(true),
        messages_tab_read_only_enabled: z.boolean().default(true),
      })
      .prefault({}),
    bot_user: z.object({ display_name: z.string() }),
    shortcuts: z.array(shortcut).default([]),
    slash_commands: z.array(command).default([]),
  }),
  oauth_config: z.object({
    redirect_urls: z.array(z.string()).default([]),
    scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()).default([]) }),
  }),
  settings: z.object({
    event_subscriptions: z
      .object({ request_url: z.string().optional(), bot_events: z.array(z.string()) })
      .optional(),
    interactivity: z
      .object({
        is_enabled: z.boolean(),
        request_url: z.string().optional(),
        message_menu_options_url: z.string().optional(),
      })
      .optional(),
    socket_mode_enabled: z.boolean().default(false),
    token_rotation_enabled: z.boolean().default(false),
  }),
});

/** The part of an app manifest that changes how Slack behaves. */
export type AppManifest = z.infer<typeof schema>;

export function readAppManifest(path: string): AppManifest {
  const result = schema.safeParse(parse(readFileSync(path, 'utf8')));
  if (!result.success)
    throw new Error(`${path} is not a Slack app manifest: ${z.prettifyError(result.error)}`);
  return result.data;
}
