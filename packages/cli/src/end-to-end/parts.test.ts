import { afterEach, expect, test } from 'vitest';
import { publishJobCard, submission } from './job-card.ts';
import { newInstallation } from './installation.ts';
import { postgresForTests } from './postgres.ts';
import { cleanUp, patience, startPart, type PartProcess } from './processes.ts';
import { applications, notBefore, requestsTo, type Request } from './requests.ts';

const postgresHere = postgresForTests();
afterEach(cleanUp, patience);

test(
  'api, projectors and workers run in processes of their own, and outlive a projector',
  { timeout: patience },
  async ({ skip }) => {
    const postgres = postgresHere();
    if ('unavailable' in postgres) return skip(`needs PostgreSQL: ${postgres.unavailable}`);
    const { settings, eventStore, issuer, close } = await newInstallation(
      await postgres.newDatabase(),
    );
    await publishJobCard('--event-store', eventStore.connectionString);
    const claims = { sub: 'pemohon-1', name: 'Pemohon', roles: ['applicant'], expiresIn: 600 };
    const token = await issuer.token(claims);
    const projectors = [
      await startPart('projector', settings),
      await startPart('projector', settings),
    ] as const;
    const others = await Promise.all([
      startPart('api', settings),
      startPart('api', settings),
      startPart('workers', settings),
    ]);
    const [first, second] = others.map(({ url }) => requestsTo(url)) as [Request, Request];
    for (const { url } of [...projectors, ...others]) {
      expect(await requestsTo(url)('GET', '/readyz')).toMatchObject({
        status: 200,
        body: { eventStore: { connected: true }, eventsBehind: 0 },
      });
    }

    /** Written at one, read at the other, once it can be. */
    const seenEverywhere = async () => {
      const written = await first('POST', applications, { token, body: submission });
      expect(written.status).toBe(201);
      const path = `${applications}/${written.body.id as string}`;
      const read = async () =>
        (await second('GET', path, { token, headers: notBefore(written.headers) })).status;
      await expect.poll(read, { timeout: patience / 2, interval: 200 }).toBe(200);
    };
    await seenEverywhere();
    await projectors[0].kill();
    await seenEverywhere();

    const stopped = await Promise.all(
      [projectors[1], ...others].map(async (part: PartProcess) => {
        const began = performance.now();
        const code = await part.stop();
        return { code, quick: performance.now() - began < 15_000 };
      }),
    );
    expect(stopped).toEqual(stopped.map(() => ({ code: 0, quick: true })));
    close();
  },
);
