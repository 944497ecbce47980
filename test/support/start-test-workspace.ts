import { acme } from '../../src/demo/acme.ts';
import {
  startWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../src/demo/workspace/start-workspace.ts';
import { WorkspacePerson } from './workspace-person.ts';

export const testKeys = {
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
  botToken: 'xoxb-test-bot',
  appToken: 'xapp-test-app',
};

/** A workspace of Acme on a free port, with the project's own manifest. */
export async function startTestWorkspace(
  options: Partial<WorkspaceOptions> = {},
): Promise<{ workspace: Workspace; as: (handle: string) => WorkspacePerson }> {
  const workspace = await startWorkspace({
    port: 0,
    manifest: 'slack-manifest.yml',
    directory: acme,
    ...testKeys,
    ...options,
  });
  return { workspace, as: (handle) => new WorkspacePerson(workspace.url, handle) };
}
