import { describe, expect, it } from 'vitest';
import { office, people } from '../testing/sample-people.ts';
import { readApplicationEvent, UnreadableEventError } from './recorded.ts';

const step = (data: object, metadata: object = {}) => ({
  stream: 'application-1',
  revision: 3,
  type: 'StepTaken',
  data: { action: 'send', from: 'preparing', to: 'intake', ...data },
  metadata: {
    actor: people.applicant,
    occurredAt: '2026-03-02T02:00:00.123456789Z',
    office,
    command: '0190a8e4-6b1a-7c3e-9f00-000000000001',
    ...metadata,
  },
});

describe('an event that is read back', () => {
  it('is what was stored', () => {
    const stored = step({ to: { review: { structure: 'inspecting', fire: {} } } });
    expect(readApplicationEvent(stored)).toEqual({
      event: { type: 'StepTaken', data: stored.data },
      metadata: stored.metadata,
    });
  });

  const tooDeep = Array.from({ length: 40 }).reduce<object>((inner) => ({ a: inner }), {});
  it.each([
    ['another type', { ...step({}), type: 'StepImagined' }],
    ['a field that is missing', step({ to: undefined })],
    ['a field that nobody wrote', step({ colour: 'crimson' })],
    ['a state that is no name', step({ to: 'In Take' })],
    ['a region that is no name', step({ to: { 'In Take': 'a' } })],
    ['states in a list', step({ to: ['intake'] })],
    ['states without end', step({ to: tooDeep })],
    ['form data that is nested', step({ data: { floorArea: [1] } })],
    ['nobody who did it', step({}, { actor: undefined })],
    ['a time without a zone', step({}, { occurredAt: '2026-03-02T02:00:00' })],
  ])('with %s is refused, naming where it stands and nothing of what it holds', (_, stored) => {
    const read = () => readApplicationEvent(stored);
    expect(read).toThrow(UnreadableEventError);
    expect(read).toThrow(/^application-1@3/);
    expect(read).not.toThrow(/crimson|In Take/);
  });
});
