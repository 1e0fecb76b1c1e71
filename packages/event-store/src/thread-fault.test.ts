import { expect, it } from 'vitest';
import { EventStoreUnavailableError } from './event-store.ts';
import { KeyRingUnavailableError } from './personal-data/key-ring.ts';
import { faultOf, threadFault } from './thread-fault.ts';

/** What is left of a fault that a thread has told. */
const outside = (reason: unknown) => faultOf(structuredClone(threadFault(reason)));

it.each([
  new EventStoreUnavailableError('the store is away', { cause: new Error('refused') }),
  new KeyRingUnavailableError('the keys are away', { cause: new Error('refused') }),
])('$name is still something that somebody can set right', (error) => {
  const told = outside(error);
  expect(told).toBeInstanceOf(EventStoreUnavailableError);
  expect(told).toMatchObject({ message: error.message, cause: { message: 'refused' } });
});

it('a fault of ours keeps its stack', () => {
  const error = new TypeError('x is not a function');
  expect(outside(error)).not.toBeInstanceOf(EventStoreUnavailableError);
  expect(outside(error)).toMatchObject({ message: error.message, stack: error.stack });
  expect(outside('told as a text').message).toBe('told as a text');
});
