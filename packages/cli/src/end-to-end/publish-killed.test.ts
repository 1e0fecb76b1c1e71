import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, patience, root, scratchFolder, startServer, tokenFor } from './processes.ts';
import { requestsTo, type Answered } from './requests.ts';

afterEach(cleanUp, patience);

const versions = '/api/v1/services/disnaker.ak-1/versions';

test(
  'versions that were acknowledged are there after a kill, each once, and publishing goes on',
  { timeout: 2 * patience },
  async () => {
    const scratch = scratchFolder();
    const data = join(scratch, 'data');
    const services = join(scratch, 'no-services');
    await mkdir(services);
    const yaml = await readFile(join(root, 'services/disnaker/ak-1.yaml'), 'utf8');
    const first = await startServer({ data, services });
    const token = await tokenFor(data, {
      role: 'unit-administrator',
      sub: 'adm',
      unit: 'disnaker',
    });
    const publish = (send: ReturnType<typeof requestsTo>, minutes: number) =>
      send('POST', versions, {
        token,
        text: yaml.replace('amount: 15', `amount: ${minutes}`),
        headers: { 'Content-Type': 'application/yaml' },
      });

    const acknowledged = new Map<number, string>();
    const sent = requestsTo(first.url);
    // Three publish without a pause, other content each, until nobody answers any more.
    const publishers = [100, 200, 300].map(async (from) => {
      for (let minutes = from; ; minutes++) {
        const answer: Answered | undefined = await publish(sent, minutes).catch(() => undefined);
        if (!answer) return;
        acknowledged.set(answer.body.version as number, answer.body.digest as string);
        if (acknowledged.size === 12) first.signal('SIGKILL');
      }
    });
    await Promise.all(publishers);
    await first.ended;

    const second = await startServer({ data, services });
    const send = requestsTo(second.url);
    const { body } = await send('GET', versions, { token });
    const kept = body.items as { version: number; digest: string }[];
    expect(kept.map(({ version }) => version)).toEqual(kept.map((_, index) => kept.length - index));
    expect(new Set(kept.map(({ digest }) => digest)).size).toBe(kept.length);
    for (const [version, digest] of acknowledged) {
      expect(kept).toContainEqual(expect.objectContaining({ version, digest }));
    }
    // Of those that were under way, three at the most, some may have been recorded.
    expect(kept.length - acknowledged.size).toBeLessThanOrEqual(3);
    expect(await publish(send, 15)).toMatchObject({
      status: 201,
      body: { version: kept.length + 1 },
    });
  },
);
