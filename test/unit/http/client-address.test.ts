import { describe, expect, it } from 'vitest';
import { clientAddress, networks } from '../../../src/http/client-address.ts';

describe('asking whether an address lies in a network', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['127.0.0.0/8', '::1', false],
    ['::1/128', '::1', true],
    ['2001:db8::/32', '2001:db8:1::7', true],
    ['2001:db8::/32', '2001:db9::7', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['0.0.0.0/0', 'localhost', false],
    ['0.0.0.0/0', '', false],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(networks([network])(address)).toBe(expected);
  });

  it('says which network it can not read', () => {
    expect(() => networks(['proxy.acme.test'])).toThrow('"proxy.acme.test" is not a network');
  });
});

describe('finding out where a request comes from', () => {
  const isProxy = networks(['10.0.0.0/8', 'fd00::/8']);

  it.each([
    ['a peer that is no proxy, whatever it says', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['a proxy that says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['whom the proxy names', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'whom the outermost proxy names, not what the client wrote',
      '10.0.0.1',
      '127.0.0.1, 198.51.100.1, 10.0.0.2',
      '198.51.100.1',
    ],
    [
      'the innermost stranger, who might lie about those before',
      '10.0.0.1',
      '10.0.0.9, 198.51.100.1',
      '198.51.100.1',
    ],
    ['the first of nothing but proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['an address with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['an IPv6 address with a port', 'fd00::1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['an IPv6 address', '::ffff:10.0.0.1', '2001:db8::7', '2001:db8::7'],
    ['nobody where a name can not be read', '10.0.0.1', 'unknown', undefined],
    ['nobody where what is nearest can not be read', '10.0.0.1', '198.51.100.1, _hidden', undefined],
  ])('takes %s', (_, peer, forwardedFor, expected) => {
    expect(clientAddress(peer, forwardedFor, isProxy)).toBe(expected);
  });
});
