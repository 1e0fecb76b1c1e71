import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { median, print, type Rate } from './measure.ts';

type Served = { url: string; tokens: [string, string]; office: string; service: string };
type Load = { rate: number; p99: number };

const connections = 64;
const seconds = 5;
/** Applications a connection works on in turn, so that none grows long. */
const filesEach = 60;

/** Commands over HTTP against an Express route that only echoes the same body. */
export async function benchHttp(rounds: number): Promise<void> {
  const servers = await Promise.all([serve('engine'), serve('echo')]);
  const [engine, echo] = servers;
  const loads: [Load[], Load[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const results = [await commands(engine.served), await echoes(echo.served)] as const;
    if (round < 0) continue;
    for (const [index, result] of results.entries()) loads[index]?.push(result);
  }
  for (const { stop } of servers) stop();
  const rates: Rate[] = loads.map((load, index) => ({
    name: index === 0 ? `steps taken over HTTP, ${connections} connections` : 'Express echo',
    rounds: load.map(({ rate }) => rate),
  }));
  print('HTTP', 'per second', rates);
  const [ours, theirs] = loads.map((load) => median(load.map(({ p99 }) => p99)));
  console.log(`  p99: ${ours} ms for a step, ${theirs} ms for an echo`);
}

/** Two steps to and fro on files of each connection's own: front desk returns, applicant resends. */
async function commands({ url, tokens, office, service }: Served): Promise<Load> {
  const [applicant, frontDesk] = tokens;
  const post = async (path: string, token: string, body: unknown, type = 'application/json') => {
    const response = await fetch(`${url}/api/v1/applications${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { id: string };
  };
  const prepared: string[] = [];
  for (let from = 0; from < connections * filesEach; from += connections) {
    const submissions = Array.from({ length: connections }, async () => {
      const data = { address: 'Jalan Melati 1', floorArea: 90 };
      const { id } = await post('', applicant, { service, office, data });
      const document = `/${id}/documents?requirement=site-plan&name=denah.pdf`;
      await post(document, applicant, '%PDF-1.7\n%%EOF\n', 'application/pdf');
      await post(`/${id}/actions`, applicant, { action: 'send' });
      return id;
    });
    prepared.push(...(await Promise.all(submissions)));
  }
  const give = JSON.stringify({ action: 'return-to-applicant', comment: 'Denah tidak terbaca.' });
  const back = JSON.stringify({ action: 'resend' });
  let connection = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient(client) {
      const own = prepared.slice(connection * filesEach, (connection + 1) * filesEach);
      connection += 1;
      client.setRequests(
        [give, back].flatMap((body) =>
          own.map((id) => ({
            method: 'POST' as const,
            path: `/api/v1/applications/${id}/actions`,
            headers: {
              authorization: `Bearer ${body === give ? frontDesk : applicant}`,
              'content-type': 'application/json',
            },
            body,
          })),
        ),
      );
    },
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} requests were refused, ${result.errors} failed`);
  }
  return { rate: result.requests.average, p99: result.latency.p99 };
}

async function echoes({ url }: Served): Promise<Load> {
  const result = await autocannon({
    url: `${url}/echo`,
    connections,
    duration: seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'return-to-applicant', comment: 'Denah tidak terbaca.' }),
  });
  return { rate: result.requests.average, p99: result.latency.p99 };
}

async function serve(what: 'engine' | 'echo'): Promise<{ served: Served; stop: () => void }> {
  const file = fileURLToPath(new URL('http-process.ts', import.meta.url));
  const child = spawn(process.execPath, [file, what], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { served: JSON.parse(line) as Served, stop: () => child.kill() };
}
