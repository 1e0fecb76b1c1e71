import { z } from 'zod';
import {
  applicationStream,
  LogProver,
  readStream,
  recordEvidenceAccess,
  type NoProof,
} from '@satu-atap/event-store';
import { localActor } from '../local-actor.ts';
import { SettingsError, type Settings } from '../settings.ts';
import { withLog } from './with-log.ts';

type Print = (line: string) => void;

/** Prints a proof that an event is in the log, as JSON. */
export async function proveEvent(
  settings: Settings,
  asked: { stream: string; revision: number; size: number | undefined },
  print: Print,
): Promise<void> {
  const { revision, size } = asked;
  const isApplication = z.uuid().safeParse(asked.stream).success;
  const stream = isApplication ? applicationStream(asked.stream) : asked.stream;
  await withLog(settings, async (store) => {
    const selection = {
      stream: stream.slice(0, 1000),
      revision: String(revision),
      ...(size === undefined ? {} : { size: String(size) }),
    };
    await recordEvidenceAccess(store, { act: 'proved', selection }, here());
    const [event] = await readStream(store, stream, { from: revision, limit: 1 });
    const proof =
      event?.revision === revision
        ? await new LogProver(store).inclusion(event, size)
        : ({ no: 'event' } as const);
    if ('no' in proof) throw new SettingsError(reasonOf(proof, `${stream}@${revision}`));
    print(JSON.stringify(proof, null, 2));
  });
}

/** Prints a proof that the log of one checkpoint is the beginning of another's, as JSON. */
export async function proveConsistency(
  settings: Settings,
  { from, to }: { from: number; to: number },
  print: Print,
): Promise<void> {
  if (from > to) throw new SettingsError('the first number is the older checkpoint’s, the smaller');
  await withLog(settings, async (store) => {
    const selection = { from: String(from), to: String(to) };
    await recordEvidenceAccess(store, { act: 'proved', selection }, here());
    const proof = await new LogProver(store).consistency(from, to);
    if ('no' in proof) throw new SettingsError(reasonOf(proof, `${from} to ${to}`));
    print(JSON.stringify(proof, null, 2));
  });
}

function here() {
  return { actor: localActor(), now: Temporal.Now.instant() };
}

function reasonOf(proof: NoProof, what: string): string {
  switch (proof.no) {
    case 'event':
      return `There is no event ${what}.`;
    case 'coverage':
      return `No such checkpoint covers ${what} yet: sign one with \`satu-atap integrity checkpoint\`.`;
    case 'checkpoint':
      return `No checkpoint was signed at ${proof.size} events: the folder of checkpoints names those that were.`;
    case 'match':
      return `${what} is not the event that was signed: see \`satu-atap integrity check\`.`;
  }
}
