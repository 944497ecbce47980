/** How much has to break before something that was answered for is lost. */
export type Durability =
  /** A second server has it too before it is answered for. */
  | 'synchronous-standby'
  /** It is on the disk of one server. */
  | 'single-node'
  /** It may still be in the memory of one server: `fsync` or `full_page_writes` is off. */
  | 'none';

export function tellDurability(durability: Durability): string {
  switch (durability) {
    case 'synchronous-standby':
      return 'Durability: synchronous standby (whatever is answered for is on two servers).';
    case 'single-node':
      return 'Durability: single-node (whatever is answered for is on one server’s disk, and lost with it).';
    case 'none':
      return 'Durability: none (fsync or full_page_writes is off: a crash of the server’s machine loses what was answered for).';
  }
}
