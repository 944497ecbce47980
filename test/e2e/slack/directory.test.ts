import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Office, openOffice } from '../../support/slack-office.ts';

/** Who a person is whom the key of their CLI has proved. */
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

const find = (email: string) => office.desk.door.directory.personOf({ kind: 'email', email });

describe('the directory of people with a key', () => {
  it('has them as Slack knows them now: members, guests, and nobody who has left', async () => {
    expect(await find('dana@acme.test')).toMatchObject({ name: 'Dana Whitfield', standing: 'member' });
    expect(await find('gus@partner.test')).toMatchObject({ standing: 'guest' });
    expect((await find('dee@acme.test'))?.standing ?? 'gone').not.toBe('member');
    expect(await find('nobody@acme.test')).toBeUndefined();
    expect(await office.desk.door.directory.membersOf(['platform-oncall'])).toMatchObject({
      'platform-oncall': expect.arrayContaining([expect.any(String)]),
    });
  });

  it('has the same person when Slack is gone, and by the account as by the address', async () => {
    const before = await find('dana@acme.test');
    const fresh = await find('lee@acme.test');
    await office.workspace.stop();
    const after = await find('dana@acme.test');
    expect(after).toMatchObject({ principal: before?.principal, userId: before?.userId, standing: 'member' });
    expect((await find('lee@acme.test'))?.principal).toBe(fresh?.principal);
    const byId = await office.desk.door.directory.personOf({ kind: 'id', id: before?.userId ?? '' });
    expect(byId?.principal).toBe(before?.principal);
    // Whom Slack never named here is who org.yml says; a Slack id of nobody is nobody.
    expect(await find('new@acme.test')).toMatchObject({ email: 'new@acme.test', standing: 'member' });
    expect(await office.desk.door.directory.personOf({ kind: 'id', id: 'U0NOBODY' })).toBeUndefined();
    expect(await office.desk.door.directory.membersOf(['finance-leads'])).toMatchObject({});
  });
});
