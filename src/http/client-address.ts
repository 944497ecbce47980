import { BlockList, isIP } from 'node:net';

/** Whether an address lies in one of the networks (CIDRs, or single addresses). Throws a TypeError for what is no network. */
export function networks(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.split('/');
    const family = isIP(network);
    const prefix = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
    if (family === 0 || !Number.isInteger(prefix))
      throw new TypeError(`"${cidr}" is not a network such as 10.0.0.0/8`);
    list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  // An IPv4 address in IPv6 notation is found under its IPv4 networks too.
  return (address) => isIP(address) > 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Where a request comes from: the peer, unless that is one of our proxies; then the last of `X-Forwarded-For` that is none, since
 * anybody can write what stands further left. Undefined: a proxy named no address that can be read.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  isProxy: (address: string) => boolean,
): string | undefined {
  const hops = (forwardedFor ?? '').split(',').filter((hop) => hop.trim() !== '');
  let address = peer;
  while (address !== undefined && isProxy(address)) {
    const hop = hops.pop();
    if (hop === undefined) return address;
    address = addressIn(hop);
  }
  return address;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function addressIn(hop: string): string | undefined {
  const text = hop.trim();
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) > 0 ? bare : undefined;
}
