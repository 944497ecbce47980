/** A refund that the demo agent asks for. Accounts and invoices are those that billing is seeded with. */
export type ScriptedRefund = {
  ticket: number;
  account: string;
  invoice: string;
  amount: string;
  reason: string;
};

/** How many come quickly at the start, so that whoever opens the demo has something of every kind to look at. */
export const openingLength = 8;

/**
 * Two runs' worth; the fourth is of the account that the tour asks about. Every invoice comes up once, and for no more than
 * it was paid, save the few that are still open.
 */
export const script: readonly ScriptedRefund[] = [
  refund(
    48213,
    '4480 inv_32 45.50',
    'Charged twice for the March subscription; inv_31 is the right one. Customer sent both receipts.',
  ),
  refund(
    48190,
    '4472 inv_22 1480.00',
    'Ordered 40 gift boxes, the carrier confirms that the pallet was lost. They want the money, not a second try.',
  ),
  refund(
    48207,
    '4560 inv_72 64.00',
    'Cancelled within the trial on the 2nd, and was billed on the 5th anyway.',
  ),
  refund(
    48230,
    '4471 inv_10 120.00',
    'Express shipping was paid for, delivered after nine days. Refund of the shipping fee only.',
  ),
  refund(
    48155,
    '4533 inv_61 9600.00',
    'Annual plan was renewed after they had given notice in writing. Their controller asks for the full amount back.',
  ),
  refund(48221, '4480 inv_34 45.50', 'Says that April was charged although the account is paused.'),
  refund(
    48178,
    '4644 inv_111 999.50',
    'Half of the order arrived with water damage. Agreed with the customer to refund half and leave it at that.',
  ),
  refund(
    48202,
    '4502 inv_42 2400.00',
    'The clinic was billed for six seats in October; five of them were removed in September.',
  ),
  refund(48236, '4690 inv_123 98.00', 'Wrong size, came back unopened. The warehouse has booked the return.'),
  refund(
    48241,
    '4519 inv_51 640.00',
    'Workshop was cancelled by us; the two other attendees have their money already.',
  ),
  refund(
    48164,
    '4601 inv_91 5400.00',
    'Implementation package was sold twice, by two of our people. They only need the one from May.',
  ),
  refund(
    48244,
    '4560 inv_73 180.00',
    'Coupon SPRING was accepted at checkout but not applied to the invoice.',
  ),
  refund(
    48249,
    '4588 inv_82 787.50',
    'A quarter of the frames have the wrong colour. They keep them at a 25 % discount.',
  ),
  refund(48252, '4519 inv_53 5200.00', 'Project is off. The customer asks to have the deposit back.'),
  refund(
    48256,
    '4617 inv_102 495.00',
    'Annual plan bought by mistake instead of the monthly one, noticed the same day.',
  ),
  refund(
    48301,
    '4472 inv_21 89.00',
    'Parcel came back as undeliverable; the address on our label was wrong.',
  ),
  refund(
    48305,
    '4588 inv_81 720.00',
    'Service appointment never took place, the mechanic was double-booked.',
  ),
  refund(
    48309,
    '4471 inv_11 7800.00',
    'Winter stock was delivered in May. They refused it at the dock, and the carrier brought it back.',
  ),
  refund(48312, '4533 inv_63 430.00', 'Customs fee was charged on a shipment inside the country.'),
  refund(48318, '4690 inv_121 860.00', 'Twelve of the twenty kegs leaked. Photographs are in the ticket.'),
  refund(48322, '4588 inv_83 980.00', 'Wants the spare wheels refunded; says they were never sent.'),
  refund(
    48327,
    '4502 inv_41 1200.00',
    'Outage of four days in August; the contract gives half of the month back.',
  ),
  refund(
    48331,
    '4601 inv_92 12000.00',
    'The data migration was not delivered. Their counsel accepts 12,000 and we keep the analysis.',
  ),
  refund(48336, '4617 inv_101 150.00', 'Paid by card and by bank transfer.'),
  refund(
    48340,
    '4644 inv_112 349.00',
    'Amplifier arrived dead, the replacement is out of stock until January.',
  ),
  refund(
    48344,
    '4690 inv_122 6150.00',
    'Festival was cancelled by the city; our terms give everything back until 30 days before.',
  ),
  refund(48349, '4502 inv_43 375.00', 'Training session was billed to the wrong clinic of the group.'),
  refund(48353, '4472 inv_23 60.00', 'Price guarantee: the same set is 60.00 cheaper since Monday.'),
  refund(48358, '4601 inv_93 210.00', 'Late fee, although the payment arrived on the due date.'),
  refund(48362, '4519 inv_52 120.00', 'Licence key never worked, support could not reproduce it either.'),
];

function refund(ticket: number, what: string, reason: string): ScriptedRefund {
  const [account = '', invoice = '', amount = ''] = what.split(' ');
  return { ticket, account, invoice, amount, reason };
}
