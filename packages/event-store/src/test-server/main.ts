/**
 * EventStoreDB's protocol for tests and local trials: not EventStoreDB, and not for production.
 *
 *     npm run -s eventstoredb-test-server -- --port 2113 [--host 127.0.0.1] [--data events.sqlite]
 */
import { parseArgs } from 'node:util';
import { startTestServer } from './server.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '2113' },
    data: { type: 'string' },
  },
});

const server = await startTestServer({
  host: values.host,
  port: Number(values.port),
  ...(values.data === undefined ? {} : { file: values.data }),
});
process.stdout.write(
  `EventStoreDB test server, for tests and local trials only: ${server.connectionString}\n`,
);
process.once('SIGTERM', () => void server.stop());
process.once('SIGINT', () => void server.stop());
