/**
 * What the gate promises, told once more in the plainest way: no database, no clock, no code of the product. Amounts are in cents; one
 * account, one agent; refunds below 500.00 are the agent's own up to 500.00 in all, up to 5000.00 Lea or Max decides, above it
 * Dana, and then the CFO has to agree before it is written.
 */
export type Who = 'lea' | 'max' | 'dana' | 'cfo' | 'sam';

export interface Refund {
  readonly cents: number;
  readonly tier: 'agent' | 'human' | 'named';
  /** On whose behalf: they decide nothing of it. */
  readonly asker: Who | undefined;
  state: string;
  approver?: Who;
  /** How often the system has it, and has voided it. */
  written: 0 | 1;
  voided: 0 | 1;
}

const MAY: Record<Refund['tier'], readonly Who[]> = { agent: [], human: ['lea', 'max'], named: ['dana'] };
const SPENT = ['approved', 'executing', 'executed', 'unknown'];

export class Gate {
  off = false;
  readonly refunds: Refund[] = [];

  get(index: number): Refund | undefined {
    return this.refunds[index % Math.max(1, this.refunds.length)];
  }

  propose(cents: number, asker: Who | undefined): Refund | 'disabled' {
    if (this.off) return 'disabled';
    const alone = this.refunds.filter(({ tier, state }) => tier === 'agent' && SPENT.includes(state));
    const spent = alone.reduce((sum, each) => sum + each.cents, 0);
    const own = cents < 50_000 && spent + cents <= 50_000;
    const tier = own ? 'agent' : cents <= 500_000 ? 'human' : 'named';
    const refund: Refund = { cents, tier, asker, state: own ? 'approved' : 'pending', written: 0, voided: 0 };
    this.refunds.push(refund);
    return refund;
  }

  /** Whether it counts. */
  decide(refund: Refund, who: Who, approves: boolean): boolean {
    if (refund.state !== 'pending' || !this.#may(refund, who)) return false;
    if (approves) refund.approver = who;
    refund.state = !approves ? 'rejected' : refund.tier === 'named' ? 'in_review' : 'approved';
    return true;
  }

  review(refund: Refund, who: Who, agrees: boolean): boolean {
    if (refund.state !== 'in_review' || who !== 'cfo' || refund.asker === 'cfo') return false;
    refund.state = agrees ? 'approved' : 'rejected';
    return true;
  }

  takeBack(refund: Refund, who: Who): boolean {
    if (refund.state !== 'approved' || !this.#may(refund, who)) return false;
    refund.state = 'rejected';
    return true;
  }

  /** Asked again it says so again. */
  withdraw(refund: Refund): boolean {
    if (refund.state === 'withdrawn') return true;
    if (refund.state !== 'pending') return false;
    refund.state = 'withdrawn';
    return true;
  }

  expire(refund: Refund): void {
    if (refund.state === 'pending') refund.state = 'expired';
  }

  /**
   * Everything that is approved is written, and what somebody had begun and left is finished. While it is switched off nothing is sent:
   * it is found out what became of what was left.
   */
  write(): void {
    if (this.off) {
      this.lookUp();
      return;
    }
    for (const refund of this.refunds)
      if (['approved', 'executing'].includes(refund.state)) {
        refund.state = 'executed';
        refund.written = 1;
      }
  }

  lookUp(): void {
    for (const refund of this.refunds)
      if (refund.state === 'executing') refund.state = refund.written ? 'executed' : 'approved';
  }

  #may({ tier, asker }: Refund, who: Who): boolean {
    return MAY[tier].includes(who) && who !== asker && who !== 'sam';
  }
}
