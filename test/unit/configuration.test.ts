import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { Stop } from '../../src/errors.ts';
import { closedPort } from '../support/loopback.ts';
import { runCountersign } from '../support/run-countersign.ts';

const good = { DATABASE_URL: 'postgres://x', SLACK_BOT_TOKEN: 'xoxb-x', SLACK_SIGNING_SECRET: 'a, b' };

describe('the configuration', () => {
  it('takes several signing secrets', () => {
    expect(readConfig(good).slack.signingSecrets).toEqual(['a', 'b']);
  });

  it.each([
    [
      { TRUSTED_PROXIES: '10.0.0.0/8, proxy' },
      'TRUSTED_PROXIES: "proxy" is not a network such as 10.0.0.0/8',
    ],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is one of trace, debug, info, warn, error, fatal, silent'],
    [{ SLACK_SIGNING_SECRET: ' , ' }, 'SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN for Socket Mode) is not set'],
    [{ PORT: '70000' }, 'PORT is not a port number'],
  ])('says what is wrong with %o, and stops with 78', (wrong, said) => {
    const read = () => readConfig({ ...good, ...wrong });
    expect(read).toThrow(said);
    expect(read).toThrow(expect.objectContaining({ exitCode: 78, constructor: Stop }));
  });
});

it('countersign migrate says in one line that Postgres is not there, and stops with 69', async () => {
  const env = { DATABASE_URL: `postgres://nobody@127.0.0.1:${await closedPort()}/none` };
  expect(await runCountersign(['migrate'], env)).toEqual({
    exitCode: 69,
    stdout: '',
    stderr: expect.stringMatching(
      /^Postgres can't be reached or migrated \(ECONNREFUSED\): see DATABASE_URL.*\n$/,
    ),
  });
});
