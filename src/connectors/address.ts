import ipaddr from 'ipaddr.js';

/** Handed out to every machine of a cloud with its credentials; no system of a company is ever there. */
const METADATA = new Set([
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

const PRIVATE = new Set(['loopback', 'private', 'carrierGradeNat', 'uniqueLocal']);

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether a connection may go to this address. Link-local (169.254.169.254) never, private ranges only where they are allowed. */
export function mayConnectTo(address: string, allowPrivate: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `::ffff:127.0.0.1` becomes the IPv4 address that it is.
  const parsed = ipaddr.process(address);
  if (METADATA.has(parsed.toString())) return false;
  const range = parsed.range();
  if (PRIVATE.has(range)) return allowPrivate;
  if (parsed instanceof ipaddr.IPv4) return range === 'unicast';
  // In a network behind DNS64 every IPv4 host looks like this.
  if (parsed.match(NAT64)) return mayConnectTo(parsed.toByteArray().slice(12).join('.'), allowPrivate);
  // `::7f00:1` is loopback to some stacks and a plain unicast address to ipaddr.js.
  return range === 'unicast' && parsed.match(GLOBAL);
}
