import { defineService, type WrittenService } from '@satu-atap/domain';

/** Two services that differ in their names only, as a unit with many alike would write them. */
const professions: [name: string, id: string, en: string][] = [
  ['dokter', 'Izin Praktik Dokter', 'Licence of a doctor'],
  ['bidan', 'Izin Praktik Bidan', 'Licence of a midwife'],
];

export default professions.map(([name, id, en]): WrittenService =>
  defineService({
    id: `dinas-kesehatan.sip-${name}`,
    kind: 'permit',
    title: { id, en },
    unit: 'dinas-kesehatan',
    standard: { time: { amount: 5, unit: 'working-days' } },
    workflow: { template: 'standard-flow', stages: ['front-desk-check', 'decision'] },
  }),
);
