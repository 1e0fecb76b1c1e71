import { describe } from 'vitest';
import { eventStoreContract } from '../contract/event-store-contract.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

const connectionString = process.env['EVENTSTOREDB_URL'];

describe.skipIf(connectionString === undefined)(
  'on the server that EVENTSTOREDB_URL=esdb://… names (skipped when it names none)',
  () => {
    eventStoreContract(
      'EventStoreDB',
      () => new EventStoreDbEventStore({ connectionString: connectionString ?? '' }),
    );
  },
);
