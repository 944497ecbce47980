import { acme } from '../../src/demo/acme.ts';
import { startWorkspace } from '../../src/demo/workspace/start-workspace.ts';
import { SLACK } from './company.ts';

/** The local Slack workspace as a process of its own, so that what it takes is counted for nobody. */
const workspace = await startWorkspace({
  ...{ port: Number(process.env.PORT), directory: acme, manifest: 'slack-manifest.yml' },
  ...{ signingSecret: SLACK.signingSecret, botToken: SLACK.botToken, appToken: 'xapp-bench' },
});
process.stdout.write(`${JSON.stringify({ apiUrl: workspace.apiUrl })}\n`);
process.on('SIGTERM', () => void workspace.stop().then(() => process.exit(0)));
