import type { SeedAccount } from './books.ts';

/** Acme's customers. The demo agent leaves `inv_9` and `inv_12` of 4471 to whoever tries the demo by hand. */
export const acmeAccounts: readonly SeedAccount[] = [
  account(
    '4471',
    'Northwind Outfitters',
    ['inv_9 1250.00', 'inv_10 320.00', 'inv_11 7800.00', 'inv_12 14000.00'],
    ['inv_13 640.00'],
  ),
  account('4472', 'Harbor & Pine', ['inv_21 89.00', 'inv_22 1480.00', 'inv_23 260.00'], []),
  account('4480', 'Blue Kettle Coffee', ['inv_31 45.50', 'inv_32 45.50', 'inv_33 910.00'], ['inv_34 45.50']),
  account('4502', 'Meridian Dental Group', ['inv_41 2400.00', 'inv_42 2400.00', 'inv_43 375.00'], []),
  account('4519', 'Larkspur Studios', ['inv_51 640.00', 'inv_52 120.00'], ['inv_53 5200.00']),
  account('4533', 'Tall Oak Logistics', ['inv_61 9600.00', 'inv_62 18250.00', 'inv_63 430.00'], []),
  account(
    '4560',
    'Quill & Candle Books',
    ['inv_71 27.90', 'inv_72 64.00', 'inv_73 180.00'],
    ['inv_74 31.00'],
  ),
  account('4588', 'Sierra Velo', ['inv_81 720.00', 'inv_82 3150.00'], ['inv_83 980.00']),
  account('4601', 'Bramble Health', ['inv_91 5400.00', 'inv_92 12600.00', 'inv_93 210.00'], []),
  account('4617', 'Finch & Daughters', ['inv_101 150.00', 'inv_102 495.00'], []),
  account('4644', 'Copperline Audio', ['inv_111 1999.00', 'inv_112 349.00'], ['inv_113 349.00']),
  account('4690', 'Saltmarsh Brewing', ['inv_121 860.00', 'inv_122 6150.00', 'inv_123 98.00'], []),
];

function account(id: string, name: string, paid: string[], open: string[]): SeedAccount {
  return {
    id,
    name,
    invoices: [...paid.map((line) => invoice(line, 'paid')), ...open.map((line) => invoice(line, 'open'))],
  };
}

function invoice(line: string, state: 'paid' | 'open'): SeedAccount['invoices'][number] {
  const [id = '', amount = ''] = line.split(' ');
  return { id, amount, state };
}
