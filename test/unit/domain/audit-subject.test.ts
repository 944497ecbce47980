import { describe, expect, it } from 'vitest';
import { readSubject, subjectMeant } from '../../../src/domain/audit-subject.ts';
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
    expect(readSubject(word, manifests)).toEqual(subject);
  });

  it('knows what a mistyped name may have meant', () => {
    expect(subjectMeant('refnd-agent', manifests)).toBe('refund-agent');
    expect(subjectMeant('4471', manifests)).toBeUndefined();
  });
});
