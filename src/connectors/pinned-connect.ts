import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';
import { mayConnectTo } from './address.ts';

interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** The name or literal leads where this system may not be; asking again would not help. */
export class AddressRefused extends Error {
  readonly code = 'address_refused';
}

/**
 * Opens connections only to addresses that were checked: the host is resolved here, once a connection, and the socket goes to
 * what was checked, so that a name server that answers differently the second time gets nowhere. TLS goes on to see the name.
 */
export function createPinnedConnect(options: {
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly resolve: Resolve;
}): buildConnector.connector {
  const check = (address: string): void => {
    if (!mayConnectTo(address, options.allowPrivate)) throw new AddressRefused(refusal(address));
  };
  const find = callbackify(async (hostname: string) => {
    const addresses = await options.resolve(hostname);
    for (const { address } of addresses) check(address);
    const [first] = addresses;
    if (!first) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    return { first, addresses: [...addresses] };
  });
  const lookup: LookupFunction = (hostname, { all }, callback) =>
    find(hostname, (error, found) => {
      if (error) callback(error, '');
      else if (all) callback(null, found.addresses);
      else callback(null, found.first.address, found.first.family);
    });
  const connect = buildConnector({ timeout: options.timeoutMs, lookup, autoSelectFamily: true });
  return (target, callback) => {
    // A literal is never looked up, so it is checked here.
    const literal = target.hostname.replace(/^\[(.*)\]$/, '$1');
    try {
      if (isIP(literal) !== 0) check(literal);
    } catch (error) {
      return callback(error instanceof Error ? error : new Error('unexpected'), null);
    }
    connect(target, callback);
  };
}

function refusal(address: string): string {
  return `the address ${address} is not on the public internet, and the manifest does not allow it (allow_private)`;
}
