import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { commandHandler, type CommandHandler } from '@satu-atap/event-store';
import { perSecond, print, sideBySide } from './measure.ts';
import { openHouse, scratchFolder } from './setup.ts';

const writers = 64;
const applicationsEach = 20;
const commandsEach = 6;
const things = writers * applicationsEach * commandsEach;

/** Durable commands in one process against bare inserts of rows of the same size, as many a commit. */
export async function benchCommands(rounds: number): Promise<void> {
  const { store, services } = await openHouse();
  const commands = commandHandler({ store, services, offices: sampleOffices });
  const rates = await sideBySide(rounds, [
    {
      name: `commands, ${writers} writers`,
      run: () =>
        perSecond(things, () =>
          Promise.all(Array.from({ length: writers }, () => write(commands))),
        ),
    },
    { name: `bare inserts, ${writers} a commit`, run: bareInserts },
  ]);
  print('Durable commands, in process', 'per second', rates);
  await store.close();
}

async function write(commands: CommandHandler): Promise<void> {
  const applicant = { id: people.applicant.id, name: 'Pemohon' };
  for (let number = 0; number < applicationsEach; number++) {
    const application = randomUUID();
    const give = async (
      actor: (typeof people)['applicant'],
      command: Parameters<CommandHandler>[0]['command'],
    ) => {
      const result = await commands({ application, command, actor, id: randomUUID() });
      if ('refusal' in result) throw new Error(result.refusal.type);
    };
    await give(people.applicant, {
      type: 'submit',
      data: {
        service: samplePermit.id,
        office,
        applicant,
        channel: 'online',
        data: { address: 'Jalan Melati 1', floorArea: 90 },
      },
    });
    await give(people.applicant, {
      type: 'attach-document',
      data: {
        document: randomUUID(),
        requirement: 'site-plan',
        name: 'denah.pdf',
        mediaType: 'application/pdf',
        bytes: 4096,
        sha256: 'a'.repeat(64),
      },
    });
    await give(people.applicant, { type: 'take-step', data: { action: 'send' } });
    await give(people.frontDesk, { type: 'add-note', data: { text: 'Diterima di loket.' } });
    await give(people.frontDesk, {
      type: 'take-step',
      data: { action: 'return-to-applicant', comment: 'Denah tidak terbaca.' },
    });
    await give(people.applicant, { type: 'take-step', data: { action: 'resend' } });
  }
}

async function bareInserts(): Promise<number> {
  const database = new DatabaseSync(join(scratchFolder(), 'bare.sqlite'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER, revision INTEGER, id TEXT,
      type TEXT, data TEXT, metadata TEXT, recorded_at INTEGER, UNIQUE (stream, revision));
  `);
  const insert = database.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const data = JSON.stringify({ action: 'return-to-applicant', from: 'intake', to: 'returned' });
  const metadata = JSON.stringify({
    actor: people.frontDesk,
    occurredAt: '2026-03-02T02:00:00.123456789Z',
    office,
    command: randomUUID(),
  });
  const rate = await perSecond(things, async () => {
    for (let row = 0; row < things; row += writers) {
      database.exec('BEGIN IMMEDIATE');
      for (let one = 0; one < writers; one++) {
        insert.run(row + one, 0, randomUUID(), 'StepTaken', data, metadata, 0);
      }
      database.exec('COMMIT');
    }
  });
  database.close();
  return rate;
}
