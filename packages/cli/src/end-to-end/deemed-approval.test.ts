import { join } from 'node:path';
import { openMall, type Mall, type Person } from '@satu-atap/api/testing';
import { compileOffices, serviceDefinition, writtenBook } from '@satu-atap/domain';
import { clockReports, commandHandler, ServiceCatalogue } from '@satu-atap/event-store';
import { readModelsOf } from '@satu-atap/projections';
import { SlaMonitor } from '@satu-atap/workers';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explanationLines } from '../commands/explain.ts';
import { readCalendars } from '../definition-file.ts';
import { instantOf, walkedDue, walkedMinutes, walkedOn } from '../testing/walked-calendar.ts';

/**
 * Silence is a decision: five working days across Nyepi and Idul Fitri 1447 (18 to 24 March 2026), with
 * the shipped calendar, whose Ramadan hours hold before the holidays. The file is handed in on Thursday,
 * 12 March, and is with the applicant from Monday, 16 March at 10:00 to Wednesday, 25 March at 09:30.
 *
 * By hand: 13, 16, 17, 25 and 26 March are the five days, so it is due at first on Thursday, 26 March at
 * 16:00. The pause covers 10:00–12:00 and 12:30–15:00 on the 16th (4.5 h), 6.5 h on the 17th, and
 * 07:30–09:30 on the 25th (2 h): 13 h. From 26 March at 16:00 on, Friday has 7.5 of them, Monday 4.5 until
 * noon, and one more until 14:00.
 */
const title = (id: string, en: string) => ({ id, en });
const signboard = serviceDefinition.parse({
  id: 'licensing.signboard',
  kind: 'permit',
  title: title('Izin Reklame', 'Signboard permit'),
  unit: 'licensing',
  standard: {
    time: { amount: 5, unit: 'working-days' },
    deemed: {
      take: 'approve-by-law',
      legalGround: title(
        'Permohonan dianggap dikabulkan (UU 30/2014 Pasal 53 ayat (3)).',
        'The application is deemed granted (Law 30/2014, article 53 (3)).',
      ),
    },
  },
  workflow: {
    initial: 'review',
    on: {
      'approve-by-law': {
        title: title('Dikabulkan karena hukum', 'Grant by law'),
        roles: ['system'],
        target: '#granted',
      },
    },
    states: {
      review: {
        title: title('Pemeriksaan', 'Review'),
        on: { ask: { roles: ['front-officer'], comment: 'required', target: 'returned' } },
      },
      returned: {
        title: title('Menunggu pemohon', 'With the applicant'),
        clock: 'paused',
        on: { answer: { roles: ['applicant'], target: 'review' } },
      },
      granted: { type: 'final', outcome: 'granted' },
    },
  },
});

const zone = 'Asia/Jakarta';
const [shipped] = (await readCalendars(join(import.meta.dirname, '../../../../calendars'))).found;
if (!shipped) throw new Error('no calendar is shipped');
const calendar = shipped.definition;
const offices = compileOffices(
  [{ id: 'north', title: title('Utara', 'North'), timeZone: zone, calendar: calendar.id }],
  writtenBook([calendar]),
);
const applicant: Person = { sub: 'applicant-1', name: 'Pemohon', roles: ['applicant'] };
const officer: Person = {
  sub: 'counter-1',
  name: 'Petugas',
  roles: ['front-officer'],
  unit: 'licensing',
  office: 'north',
};

let clock = '';
const now = () => Temporal.Instant.from(`${clock}:00+07:00`);
let mall: Mall;
let id = '';

beforeAll(async () => {
  mall = await openMall({ services: [signboard], offices, now });
  const post = (as: Person, place: string, body: unknown) =>
    mall.send('POST', `/api/v1/applications${place}`, { as, body });
  clock = '2026-03-12T10:00';
  const submitted = await post(applicant, '', { service: signboard.id, office: 'north', data: {} });
  id = submitted.body.id as string;
  clock = '2026-03-16T10:00';
  await post(officer, `/${id}/actions`, { action: 'ask', comment: 'Gambar reklame kurang.' });
  clock = '2026-03-25T09:30';
  await post(applicant, `/${id}/actions`, { action: 'answer' });
});
afterAll(() => mall.close());

async function tick(): Promise<void> {
  const monitor = new SlaMonitor({
    readModels: { clocks: readModelsOf(() => mall.projector.database).clocks },
    commands: commandHandler({
      store: mall.store,
      services: new ServiceCatalogue(mall.store),
      offices,
      now,
    }),
    log: pino({ level: 'silent' }),
    now,
  });
  // Each look records one thing about a clock; the next is asked for when the row has followed.
  for (let looks = 0; looks < 50 && (await monitor.tick()).recorded > 0;) looks += 1;
}

const inEnglish = [
  'A promise of 5 working days, counted from Thursday, 12 March 2026 at 10:00.',
  'Friday, 13 March 2026: day 1 of 5.',
  'Saturday, 14 March 2026 – Sunday, 15 March 2026: no working day, not counted.',
  'Monday, 16 March 2026: day 2 of 5.',
  'Tuesday, 17 March 2026: day 3 of 5.',
  'Wednesday, 18 March 2026: Cuti bersama Hari Suci Nyepi, not counted.',
  'Thursday, 19 March 2026: Hari Suci Nyepi, not counted.',
  'Friday, 20 March 2026: Cuti bersama Hari Raya Idul Fitri, not counted.',
  'Saturday, 21 March 2026: Hari Raya Idul Fitri, not counted.',
  'Sunday, 22 March 2026: Hari Raya Idul Fitri, hari kedua, not counted.',
  'Monday, 23 March 2026 – Tuesday, 24 March 2026: Cuti bersama Hari Raya Idul Fitri, ' +
    'not counted.',
  'Wednesday, 25 March 2026: day 4 of 5.',
  'Thursday, 26 March 2026: day 5 of 5.',
  'Due at first Thursday, 26 March 2026 at 16:00.',
  'Stood still Monday, 16 March 2026 at 10:00 to Wednesday, 25 March 2026 at 09:30: 13 ' +
    'h of working time, which moves the due date to Monday, 30 March 2026 at 14:00.',
  'Of that, Monday, 16 March 2026: 4 h 30 min of working time (Ramadan 1447).',
  'Of that, Tuesday, 17 March 2026: 6 h 30 min of working time (Ramadan 1447).',
  'Of that, Wednesday, 25 March 2026: 2 h of working time.',
  'Due Monday, 30 March 2026 at 14:00.',
  'Ended Monday, 30 March 2026 at 14:01, late.',
  'Because the time was over, the system took "Grant by law" on Monday, 30 March 2026 ' +
    'at 14:01: The application is deemed granted (Law 30/2014, article 53 (3)). Counted ' +
    'by version 1 of the calendar indonesia and version 1 of the service ' +
    'licensing.signboard.',
  'Was due Thursday, 26 March 2026 at 16:00, now due Monday, 30 March 2026 at 14:00, ' +
    'because it stood still Monday, 16 March 2026 at 10:00 to Wednesday, 25 March 2026 ' +
    'at 09:30.',
];

const inIndonesian = [
  'Janji 5 hari kerja, mulai dihitung Kamis, 12 Maret 2026 pukul 10.00.',
  'Jumat, 13 Maret 2026: hari ke-1 dari 5.',
  'Sabtu, 14 Maret 2026 – Minggu, 15 Maret 2026: bukan hari kerja, tidak dihitung.',
  'Senin, 16 Maret 2026: hari ke-2 dari 5.',
  'Selasa, 17 Maret 2026: hari ke-3 dari 5.',
  'Rabu, 18 Maret 2026: Cuti bersama Hari Suci Nyepi, tidak dihitung.',
  'Kamis, 19 Maret 2026: Hari Suci Nyepi, tidak dihitung.',
  'Jumat, 20 Maret 2026: Cuti bersama Hari Raya Idul Fitri, tidak dihitung.',
  'Sabtu, 21 Maret 2026: Hari Raya Idul Fitri, tidak dihitung.',
  'Minggu, 22 Maret 2026: Hari Raya Idul Fitri, hari kedua, tidak dihitung.',
  'Senin, 23 Maret 2026 – Selasa, 24 Maret 2026: Cuti bersama Hari Raya Idul Fitri, ' +
    'tidak dihitung.',
  'Rabu, 25 Maret 2026: hari ke-4 dari 5.',
  'Kamis, 26 Maret 2026: hari ke-5 dari 5.',
  'Jatuh tempo semula Kamis, 26 Maret 2026 pukul 16.00.',
  'Berhenti Senin, 16 Maret 2026 pukul 10.00 sampai Rabu, 25 Maret 2026 pukul 09.30: ' +
    '13 jam kerja, jatuh tempo bergeser ke Senin, 30 Maret 2026 pukul 14.00.',
  'Di antaranya Senin, 16 Maret 2026: 4 jam 30 menit kerja (Ramadan 1447).',
  'Di antaranya Selasa, 17 Maret 2026: 6 jam 30 menit kerja (Ramadan 1447).',
  'Di antaranya Rabu, 25 Maret 2026: 2 jam kerja.',
  'Jatuh tempo Senin, 30 Maret 2026 pukul 14.00.',
  'Selesai Senin, 30 Maret 2026 pukul 14.01, terlambat.',
  'Karena waktunya lewat, sistem mengambil "Dikabulkan karena hukum" pada Senin, 30 ' +
    'Maret 2026 pukul 14.01: Permohonan dianggap dikabulkan (UU 30/2014 Pasal 53 ayat ' +
    '(3)). Dihitung menurut kalender indonesia versi 1 dan layanan licensing.signboard ' +
    'versi 1.',
  'Semula jatuh tempo Kamis, 26 Maret 2026 pukul 16.00, menjadi Senin, 30 Maret 2026 ' +
    'pukul 14.00, karena berhenti Senin, 16 Maret 2026 pukul 10.00 sampai Rabu, 25 Maret ' +
    '2026 pukul 09.30.',
];

test(
  'an approval by silence is explained line by line, and comes when a second count says',
  { timeout: 60_000 },
  async () => {
    clock = '2026-03-30T13:59';
    await tick();
    const before = await mall.send('GET', `/api/v1/applications/${id}`, { as: applicant });
    expect(before.body.ended).toBeUndefined();

    clock = '2026-03-30T14:01';
    await expect
      .poll(
        async () => {
          await tick();
          return (await mall.send('GET', `/api/v1/applications/${id}`, { as: applicant })).body
            .ended;
        },
        { timeout: 30_000 },
      )
      .toMatchObject({ outcome: 'granted' });

    // Counted again, minute by minute, from the calendar's file.
    const [handedIn, asked, answered] = [
      instantOf('2026-03-12T10:00', zone),
      instantOf('2026-03-16T10:00', zone),
      instantOf('2026-03-25T09:30', zone),
    ];
    const promised = walkedDue(calendar, zone, handedIn, { amount: 5, unit: 'working-days' });
    const stood = walkedMinutes(calendar, zone, asked, answered);
    const due = walkedOn(calendar, zone, promised, stood);
    expect([promised, stood, due]).toEqual([
      instantOf('2026-03-26T16:00', zone),
      13 * 60,
      instantOf('2026-03-30T14:00', zone),
    ]);

    const explain = async (language: string) =>
      mall.send('GET', `/api/v1/applications/${id}/clocks/service`, {
        as: applicant,
        headers: { 'Accept-Language': language },
      });
    const { body } = await explain('en');
    expect(body.dueAt).toBe(new Date(due).toISOString());
    expect(body.stoodStill).toEqual({ count: 1, minutes: stood, shortlyBeforeDue: 0 });
    const countedBy =
      'Counted by version 1 of the calendar indonesia, in the time zone Asia/Jakarta.';
    expect(body.inWords).toEqual(inEnglish.toSpliced(-1, 0, countedBy));
    expect((await explain('id')).body.inWords).toEqual(
      inIndonesian.toSpliced(
        -1,
        0,
        'Dihitung menurut kalender indonesia versi 1, zona waktu Asia/Jakarta.',
      ),
    );

    // The record alone says the same as the clock.
    const history = await mall.send('GET', `/api/v1/applications/${id}/history`, { as: applicant });
    const step = history.body.items.find(
      ({ data }: { data: { action?: string } }) => data.action === 'approve-by-law',
    );
    expect(step.data.automatic).toMatchObject({
      dueAt: new Date(due).toISOString(),
      startedAt: new Date(handedIn).toISOString(),
      pauses: [{ from: new Date(asked).toISOString(), to: new Date(answered).toISOString() }],
      calendar: body.calendar,
      service: { id: signboard.id, version: 1 },
    });

    // And so does the command line.
    const found = await clockReports(id, {
      store: mall.store,
      services: new ServiceCatalogue(mall.store),
      offices,
    });
    const reports = found?.reports ?? [];
    expect(explanationLines(reports, 'en')).toEqual([
      'Signboard permit (service): ended, by version 1 of the calendar indonesia',
      ...inEnglish.slice(0, -1).map((line) => `  ${line}`),
      '  Stood still 1 time, 780 minutes of its kind of time; 0 of them began shortly before the due date.',
      `  ${inEnglish.at(-1)}`,
    ]);
    expect(explanationLines(reports, 'id').slice(1, -2)).toEqual(
      inIndonesian.slice(0, -1).map((line) => `  ${line}`),
    );
  },
);
