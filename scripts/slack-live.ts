import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type CallSlack, type SlackAnswer, slackCaller } from '../test/support/call-slack.ts';
import { runContract } from '../test/support/slack-contract.ts';

const usage = `Runs the contract of the local workspace against a real Slack workspace.
  SLACK_BOT_TOKEN      an app made from slack-manifest.yml, installed in a workspace for tests
  SLACK_TEST_CHANNEL   id of a channel that the bot was invited to; messages are posted there and deleted, a small
                       file stays
  SLACK_TEST_USER      id of a person in that channel; gets an ephemeral message and an App Home
  SLACK_API_URL        optional, another Web API to hold against it
  SLACK_SAMPLES        optional, a file that each answer is written to, to compare with test/unit/data`;

const {
  SLACK_BOT_TOKEN: token,
  SLACK_TEST_CHANNEL: channel,
  SLACK_TEST_USER: user,
  SLACK_API_URL: apiUrl = 'https://slack.com/api/',
  SLACK_SAMPLES: samplesFile,
} = process.env;

/** One a second, as Slack asks for posting to one channel. */
const paceMs = 1_000;

if (!token || !channel || !user) {
  console.error(usage);
  process.exitCode = 78;
} else {
  const samples: { method: string; args: unknown; body: SlackAnswer['body'] }[] = [];
  const plainCall = slackCaller(apiUrl, token);
  const call: CallSlack = async (method, args, how) => {
    await pause(paceMs);
    const answer = await plainCall(method, args, how);
    samples.push({ method, args, body: answer.body });
    return answer;
  };
  for await (const { title, broken } of runContract({ call, channel, user })) {
    if (broken === undefined) console.log(`kept     ${title}`);
    else {
      process.exitCode = 1;
      console.error(`BROKEN   ${title}\n         ${broken}`);
    }
  }
  if (samplesFile) writeFileSync(samplesFile, `${JSON.stringify(samples, null, 2)}\n`);
}
