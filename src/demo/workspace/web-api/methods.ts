import { appMethods } from './app.ts';
import type { Method, MethodTable } from './call.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import { oauthMethods } from './oauth.ts';
import { peopleMethods } from './people.ts';
import { viewMethods } from './views.ts';

export const methods: MethodTable = {
  ...appMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...oauthMethods,
  ...peopleMethods,
  ...viewMethods,
};

export function findMethod(name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}
