import { once } from 'node:events';
import { join } from 'node:path';
import { LocalIssuer } from '@satu-atap/api';
import { readSettings, startEngine } from '@satu-atap/cli';
import { office, people, sampleCalendar, sampleOffices } from '@satu-atap/domain/testing';
import { serviceDefinition } from '@satu-atap/domain';
import { samplePermit } from '@satu-atap/domain/testing';
import express from 'express';
import { pino } from 'pino';
import { scratchFolder } from './setup.ts';

// One server in a process of its own, so that the load has the other core. Prints what the load needs.
const [what] = process.argv.slice(2);
if (what === 'echo') await echo();
else await engine();

/** An Express route that only echoes its JSON body. */
async function echo(): Promise<void> {
  const app = express();
  app.disable('x-powered-by');
  app.post('/echo', express.json(), (request, response) => {
    response.json(request.body);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
}

async function engine(): Promise<void> {
  const data = join(scratchFolder(), 'data');
  const log = pino({ level: 'error' });
  const environment = { SATU_ATAP_LOG_LEVEL: 'error' };
  const settings = readSettings(environment, { data, port: 0, demo: true });
  const { url } = await startEngine({
    settings,
    offices: [...sampleOffices.values()].map(({ definition }) => definition),
    calendars: [sampleCalendar],
    log,
    async prepare({ services }) {
      const definition = serviceDefinition.parse(samplePermit);
      await services.publish(definition, people.system, Temporal.Now.instant());
    },
  });
  const issuer = await LocalIssuer.open(data);
  const tokens = await Promise.all(
    [people.applicant, people.frontDesk].map(({ id, ...claims }) =>
      issuer.token({ sub: id, name: id, ...claims, expiresIn: 3600 }),
    ),
  );
  console.log(JSON.stringify({ url, tokens, office, service: samplePermit.id }));
}
