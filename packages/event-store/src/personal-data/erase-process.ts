/**
 * Erases the personal data of `budi` in a process that is killed on the way, for the tests of crashes:
 *
 *     node erase-process.ts <folder> <point>
 *
 * Points: `ordered` before the keys are destroyed, `keys` once they are, `documents` once those are, too.
 */
import { join } from 'node:path';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import { ServiceCatalogue } from '../service-catalogue.ts';
import { erasePersonalData } from './erase.ts';
import { openKeyRing } from './open-key-ring.ts';
import { unsealed } from './plain-event-store.ts';

const [folder = '', point = ''] = process.argv.slice(2);
const dieAt = (here: string) => {
  if (here === point) process.kill(process.pid, 'SIGKILL');
};
const ring = openKeyRing({ file: join(folder, 'keys.sqlite') });
const store = unsealed(new EmbeddedEventStore({ file: join(folder, 'events.sqlite') }), {
  keyFor: (applicant) => ring.keyFor(applicant),
  find: (ids) => ring.find(ids),
  retire: (applicant) => ring.retire(applicant),
  async erase(ids) {
    dieAt('ordered');
    await ring.erase(ids);
    dieAt('keys');
  },
  close: () => ring.close(),
});
await erasePersonalData(
  {
    applicant: 'budi',
    legalGround: 'UU 27/2022 Pasal 8',
    reason: 'atas permintaan',
    actor: { id: 'ppdp', roles: ['data-protection-officer'] },
  },
  {
    store,
    services: new ServiceCatalogue(store),
    documents: { remove: async () => dieAt('documents') },
    now: () => Temporal.Instant.from('2026-06-01T00:00:00Z'),
    grace: 0,
  },
);
await store.close();
