import { describeWho, type Who } from '../domain/manifest.ts';
import { loggable } from '../logger.ts';
import type { Posting } from './session.ts';
import { ask, SlackRefusal } from './web.ts';

/** `<@U…>` or `<!subteam^S…>`, which pings; as the manifest names them where Slack does not know or may not say. */
export async function mentionOf(posting: Posting, who: Who): Promise<string> {
  try {
    return (await find(posting, who)) ?? describeWho(who);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    posting.context.log.warn({ err: loggable(error) }, 'slack.nobody_to_mention');
    return describeWho(who);
  }
}

async function find({ web, groups }: Posting, who: Who): Promise<string | undefined> {
  switch (who.kind) {
    case 'id':
      return `<@${who.id}>`;
    case 'email': {
      const { user } = await ask(web.users.lookupByEmail({ email: who.email }));
      return user?.id && `<@${user.id}>`;
    }
    case 'group': {
      const group = await groups.find(who.handle);
      return group && `<!subteam^${group.id}>`;
    }
  }
}
