import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  patience,
  satuAtap,
  scratchFolder,
  startServer,
} from '../end-to-end/processes.ts';

let data = '';
let application = '';
let others: string[] = [];
beforeAll(async () => {
  data = scratchFolder();
  const server = await startServer({ data });
  await server.stop();
  const events = new DatabaseSync(join(data, 'events.sqlite'));
  const [row, ...more] = events
    .prepare(
      `SELECT name FROM events JOIN streams ON streams.id = stream_id
       WHERE name LIKE 'application-%' AND type = 'StepTaken' GROUP BY name ORDER BY count(*) DESC, name`,
    )
    .all() as { name: string }[];
  const idOf = ({ name }: { name: string }) => name.slice('application-'.length);
  application = row ? idOf(row) : '';
  others = more.map(idOf);
  events.close();
}, patience);
afterAll(cleanUp, patience);

const cli = (...args: string[]) => satuAtap(...args, '--data', data);

function alter(file: string, statement: string, ...values: string[]): void {
  const database = new DatabaseSync(join(data, file));
  database.prepare(statement).run(...values);
  database.close();
}

/** A demonstration is of the days before it starts: the channel differs from one day to the next. */
function channelOf(file: string, id: string): string {
  const database = new DatabaseSync(join(data, file), { readOnly: true });
  const row = database.prepare('SELECT channel FROM applications WHERE id = ?').get(id);
  database.close();
  return String(row?.['channel']);
}

describe('the log of a demonstration', () => {
  it(
    'is all found right, in several threads, and that it was verified is recorded',
    async () => {
      const { code, stdout } = await cli('verify', '--jobs', '2', '--json');
      expect(code).toBe(0);
      const { summary } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
        summary: Record<string, unknown>;
      };
      expect(summary).toMatchObject({
        findings: 0,
        readModels: { outcome: 'compared', differences: 0 },
      });
      expect(summary['events']).toBeGreaterThan(1000);
      const accesses = await cli('evidence-accesses', '--act', 'verified', '--json');
      expect(JSON.parse(accesses.stdout.split('\n')[0] ?? '')).toMatchObject({
        act: 'verified',
        actor: { id: expect.stringMatching(/^cli:/), roles: ['system'] },
      });
    },
    patience,
  );

  it(
    'shows an application as it stood, and what changed since',
    async () => {
      const first = await cli('replay', application, '--at', '0', '--json');
      expect(JSON.parse(first.stdout)).toMatchObject({
        id: application,
        revision: 0,
        event: { type: 'ApplicationSubmitted' },
        next: `/api/v1/applications/${application}/replay?at=1`,
      });
      const steps = await cli('replay', application, '--step', '--json');
      const lines = steps.stdout.trim().split('\n');
      const changed = await cli('replay', application, '--from', '0', '--language', 'en');
      expect(changed.stdout).toContain(`Revision 0 → ${lines.length - 1}`);
    },
    patience,
  );

  it(
    'says what is wrong with a moment, or an id',
    async () => {
      const wrong = [
        await cli('replay', application, '--at', '9999', '--language', 'en'),
        await cli('replay', application, '--at', 'yesterday'),
        await cli('replay', application, '--at', '2001-01-01T00:00:00Z', '--language', 'en'),
        await cli('replay', application, '--to', '3'),
        await cli('replay', 'no-id'),
        await cli('verify', '--application', '0195b1f0-0000-7000-8000-000000000000'),
      ];
      expect(wrong.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1]);
      for (const { stderr } of wrong) expect(stderr).not.toMatch(/\n\s+at /);
      expect(wrong.map(({ stderr }) => stderr).join('')).toMatch(
        /has no revision 9999[^]*is no moment[^]*not there yet[^]*--to needs --from[^]*UUID[^]*no application/,
      );
    },
    patience,
  );

  it(
    'is found altered: a step without its role, a row of a read model',
    async () => {
      alter(
        'events.sqlite',
        `UPDATE events SET metadata = json_set(metadata, '$.actor.roles', json('[]'))
       WHERE type = 'StepTaken' AND stream_id = (SELECT id FROM streams WHERE name = ?)`,
        `application-${application}`,
      );
      const generation = 'read-models.1.sqlite';
      const channel = channelOf(generation, application);
      alter(generation, `UPDATE applications SET channel = 'fax' WHERE id = ?`, application);
      const { code, stdout } = await cli('verify', '--language', 'en');
      expect(code).toBe(1);
      expect(stdout).toContain(`application-${application}@`);
      expect(stdout).toMatch(/the rules would have refused it: This is only for the roles/);
      expect(stdout).toContain(
        `read models applications [id=${application}]: channel is "fax", and should be "${channel}"`,
      );
      const alone = await cli('verify', '--application', application, '--json');
      expect(alone.code).toBe(1);
      expect(JSON.parse(alone.stdout.split('\n')[0] ?? '')).toMatchObject({
        stream: `application-${application}`,
        finding: 'refused',
        refusal: { type: 'role-required' },
      });
      const other = await cli('verify', '--application', others[0] ?? '', '--json');
      expect(other.code).toBe(0);
      expect(JSON.parse(other.stdout)).toMatchObject({ summary: { streams: 1, findings: 0 } });
      const accesses = await cli('evidence-accesses', '--application', others[0] ?? '', '--json');
      expect(JSON.parse(accesses.stdout.split('\n')[0] ?? '')).toMatchObject({ act: 'verified' });
      const without = await cli('verify', '--no-read-models', '--json');
      expect(without.stdout).not.toContain('"readModels"');
    },
    patience,
  );
});
