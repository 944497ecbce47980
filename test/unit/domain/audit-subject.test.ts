import { describe, expect, it } from 'vitest';
import { readQuestion, readSubject, subjectMeant } from '../../../src/domain/audit-subject.ts';
import { testManifests } from '../../support/context.ts';

const manifests = testManifests();

describe('readSubject', () => {
  it.each([
    ['4471', { kind: 'account', account: '4471' }],
    ['ACME-77', { kind: 'account', account: 'ACME-77' }],
    ['refund-agent', { kind: 'agent', agent: 'refund-agent' }],
    ['Billing', { kind: 'system', system: 'billing' }],
    ['refunds', { problem: 'refunds is a workflow: ask for its system, billing.' }],
    ['', { problem: expect.stringContaining('Say whose story') }],
    ['all', { problem: expect.stringContaining('Say whose story') }],
    ['x'.repeat(201), { problem: 'That is too long for an account.' }],
    ['constructor', { kind: 'account', account: 'constructor' }],
  ])('reads %s', (word, subject) => {
    expect(readSubject({ named: word }, manifests)).toEqual(subject);
  });

  it.each([
    ['account', 'refunds', { kind: 'account', account: 'refunds' }],
    ['account', 'Billing', { kind: 'account', account: 'Billing' }],
    ['agent', 'Gone-Agent', { kind: 'agent', agent: 'gone-agent' }],
    ['system', 'gone', { kind: 'system', system: 'gone' }],
  ] as const)('takes an %s of the name %s for what it is said to be', (as, named, subject) => {
    expect(readSubject({ named, as }, manifests)).toEqual(subject);
  });

  it('knows what a mistyped name may have meant', () => {
    expect(subjectMeant('refnd-agent', manifests)).toBe('refund-agent');
    expect(subjectMeant('4471', manifests)).toBeUndefined();
  });
});

describe('readQuestion', () => {
  it.each([
    ['4471 last tuesday', { named: '4471', time: 'last tuesday', csv: false }],
    ['4471 CSV', { named: '4471', time: '', csv: true }],
    ['csv', { named: 'csv', time: '', csv: false }],
    ['account refunds yesterday csv', { named: 'refunds', as: 'account', time: 'yesterday', csv: true }],
    ['agent gone-agent', { named: 'gone-agent', as: 'agent', time: '', csv: false }],
    ['account', { named: 'account', time: '', csv: false }],
    ['', { named: '', time: '', csv: false }],
  ])('takes %j apart', (text, question) => {
    expect(readQuestion(text)).toEqual(question);
  });
});
