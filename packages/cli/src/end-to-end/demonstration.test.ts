import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, patience, run, scratchFolder, startServer, type Server } from './processes.ts';
import { allItems, requestsTo, type Request } from './requests.ts';

const hasCurl = !spawnSync('curl', ['--version']).error && !spawnSync('bash', ['--version']).error;

let data = '';
let server: Server;
let send: Request;
beforeAll(async () => {
  data = scratchFolder();
  server = await startServer({ data });
  send = requestsTo(server.url);
}, patience);
afterAll(cleanUp, patience);

/** The printed tokens, by the roles and the unit that stand above each. */
function printedTokens(): Map<string, string> {
  const lines = server.stdout().matchAll(/^ {2}(\S.*)\n {4}([\w-]+\.[\w-]+\.[\w-]+)$/gm);
  return new Map([...lines].map(([, who = '', token = '']) => [who, token]));
}

function tokenOf(role: string): string {
  const found = [...printedTokens()].find(([who]) => who.split(', ')[0] === role);
  if (!found) throw new Error(`no token of ${role}`);
  return found[1];
}

/** Every role that a definition names, wherever it does. */
function rolesIn(definition: unknown): string[] {
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([key, value]) =>
    Array.isArray(value) && (key === 'roles' || key.endsWith('By')) ? value : rolesIn(value),
  );
}

describe('a demonstration', () => {
  test('says where it runs and what it offers', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.stdout()).toContain(`API, to read and try:  ${server.url}/docs\n`);
    const services = await send('GET', '/api/v1/services', { token: tokenOf('applicant') });
    const offered = services.body.items as { id: string; unit: string }[];
    const units = new Set(offered.map(({ unit }) => unit));
    expect(offered.length).toBeGreaterThanOrEqual(60);
    expect(server.stdout()).toMatch(
      new RegExp(`Services: +${offered.length}, of ${units.size} units\n`),
    );
  });

  test('gives a token that works for each role that its services name', async () => {
    const token = tokenOf('applicant');
    const services = await send('GET', '/api/v1/services', { token });
    const definitions = (services.body.items as { id: string }[]).map(async ({ id }) => {
      return (await send('GET', `/api/v1/services/${id}`, { token })).body.definition as unknown;
    });
    const named = new Set((await Promise.all(definitions)).flatMap(rolesIn));
    const printed = printedTokens();
    const roles = [...printed.keys()].map((who) => who.split(', ')[0]);
    expect(new Set(roles)).toEqual(named.add('supervisor').add('auditor'));

    const answers = [...printed.values()].map((one) =>
      send('GET', '/api/v1/services', { token: one }),
    );
    for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
  });

  test('tells a supervisor where all its open files stand, those that wait to be collected too', async () => {
    const { body } = await send('GET', '/api/v1/figures', { token: tokenOf('supervisor') });
    const [{ now }] = body.items as [{ now: Record<string, number> }];
    const { open, dueToday: _, ...standings } = now;
    expect(Object.values(standings).reduce((sum, count) => sum + count, 0)).toBe(open);
    expect(open).toBeGreaterThan(0);
  });

  test.skipIf(!hasCurl)('prints three commands, and each runs as printed', async () => {
    const commands = [...server.stdout().matchAll(/^ {2}(\. .*; curl .*)$/gm)].map(
      ([, one = '']) => one,
    );
    expect(commands).toHaveLength(3);
    const ended = await Promise.all(commands.map((command) => run('bash', '-c', command)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);

    const [service, worklist, counts] = ended.map(({ stdout }) => JSON.parse(stdout) as unknown);
    expect(service).toMatchObject({
      version: 1,
      definition: { form: expect.any(Object), workflow: { states: expect.any(Object) } },
    });
    const item = expect.objectContaining({ state: expect.any(String), actions: expect.any(Array) });
    expect(worklist).toMatchObject({ items: expect.arrayContaining([item]) });
    const count = expect.objectContaining({ applications: expect.any(Number) });
    expect(counts).toMatchObject({ items: expect.arrayContaining([count]) });
  });
  test.skipIf(hasCurl)('prints three commands, which need bash and curl to be tried', () => {});

  test('has its documentation on board, and nothing that it loads is missing', async () => {
    const page = await send('GET', '/docs');
    expect(page).toMatchObject({ status: 200 });
    const loaded = [...(page.body as string).matchAll(/(?:src|href)="([^"]+)"/g)];
    expect(loaded.length).toBeGreaterThan(0);
    for (const [, path = ''] of loaded)
      expect(await send('GET', path)).toMatchObject({ status: 200 });

    const { status, body } = await send('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    expect(Object.keys(body.paths)).toContain('/api/v1/applications/{id}/actions');
  });

  test('says that it lives and is ready', async () => {
    expect(await send('GET', '/livez')).toMatchObject({ status: 200, body: { live: true } });
    expect(await send('GET', '/readyz')).toMatchObject({ status: 200, body: { ready: true } });
  });
});

describe('a demonstration that is started again', () => {
  test('goes on with its data', { timeout: patience }, async () => {
    // Signed before the restart, and good after it.
    const token = tokenOf('auditor');
    const before = await whatItHolds(token);
    expect(before.revisions.size).toBe(240);
    expect(await server.stop()).toBe(0);

    server = await startServer({ data });
    send = requestsTo(server.url);
    expect(server.stdout()).not.toContain('demonstration history made');

    const after = await whatItHolds(token);
    expect(after.services).toEqual(before.services);
    expect([...after.revisions.keys()]).toEqual([...before.revisions.keys()]);
    // Clocks that came due in between may have been marked; nothing else happens by itself.
    const since = await eventsSince(before.revisions, after.revisions, token);
    expect(since.filter((type) => !['ClockWarned', 'ClockBreached'].includes(type))).toEqual([]);
    expect(after.head !== before.head).toBe(since.length > 0);
  });

  type Held = { head: string; services: unknown; revisions: Map<string, number> };

  /** The state of the log, and every application's revision at that moment. */
  async function whatItHolds(token: string): Promise<Held> {
    for (;;) {
      const first = await send('GET', '/readyz');
      const { body } = await send('GET', '/api/v1/services', { token });
      type Row = { id: string; revision: number };
      const rows = await allItems<Row>(send, '/api/v1/applications', token);
      const last = await send('GET', '/readyz');
      // Otherwise something happened in between: look again.
      if (first.body.eventsBehind === 0 && first.body.head === last.body.head) {
        const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
        return { head: last.body.head, services: body.items, revisions };
      }
    }
  }

  /** The types of all events that applications have now and had not then. */
  async function eventsSince(
    then: Held['revisions'],
    now: Held['revisions'],
    token: string,
  ): Promise<string[]> {
    const grown = [...now].filter(([id, revision]) => revision !== then.get(id));
    const events = grown.map(async ([id]) => {
      type Row = { revision: number; type: string };
      const rows = await allItems<Row>(send, `/api/v1/applications/${id}/history`, token);
      return rows.filter(({ revision }) => revision > (then.get(id) ?? -1)).map(({ type }) => type);
    });
    return (await Promise.all(events)).flat();
  }
});
