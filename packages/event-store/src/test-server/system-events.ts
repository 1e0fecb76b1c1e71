import { randomUUID } from 'node:crypto';
import type { Users } from './authentication.ts';
import type { EventLog } from './event-log.ts';
import { epochStream } from './filter.ts';
import { noStream, type ProposedEvent } from './log-writer.ts';
import { metadataEventType, metadataStreamOf } from './stream-metadata.ts';

/** How long the real server keeps its statistics, in seconds. */
const statisticsAge = 10 * 24 * 60 * 60;

/**
 * Writes what a node writes by itself, so that $all is as little empty as a real server's: an epoch at
 * each start, and at the first the limits of its statistics and its users.
 */
export async function writeSystemEvents(
  log: EventLog,
  { host, port, users }: { host: string; port: number; users: Users | undefined },
): Promise<void> {
  const number = log.stream(epochStream).newest + 1;
  const epoch = { epochNumber: number, epochId: randomUUID() };
  await log.write(oneEvent(epochStream, '$epoch-information', epoch, 'any'));
  const statistics = metadataStreamOf(`$stats-${host}:${port}`);
  await log.write(oneEvent(statistics, metadataEventType, { $maxAge: statisticsAge }));
  for (const loginName of Object.keys(users ?? {})) {
    const user = { loginName, fullName: loginName, disabled: false };
    await log.write(oneEvent(`$user-${loginName}`, '$UserCreated', user));
  }
}

/** Written only where the stream does not exist yet, unless any expectation will do. */
function oneEvent(
  stream: string,
  type: string,
  data: object,
  expected: typeof noStream | 'any' = noStream,
) {
  const event: ProposedEvent = {
    id: randomUUID(),
    type,
    isJson: true,
    data: Buffer.from(JSON.stringify(data)),
    metadata: new Uint8Array(),
  };
  return { kind: 'append', stream, expected, events: [event] } as const;
}
