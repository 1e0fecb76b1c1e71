import { parseVkey } from '@satu-atap/domain';
import {
  checkpointFiles,
  differenceInWords,
  recordEvidenceAccess,
  verifyLog,
  type LogVerification,
} from '@satu-atap/event-store';
import { localActor } from '../local-actor.ts';
import { SettingsError, type Settings } from '../settings.ts';
import { withLog } from './with-log.ts';

type Asked = {
  /** vkeys that whoever asks trusts. */
  keys: readonly string[] | undefined;
  /** Files of checkpoints that they were given. */
  checkpoints: readonly string[] | undefined;
  print: (line: string) => void;
};

/** @returns whether every event is what was signed */
export async function checkIntegrity(
  settings: Settings,
  { keys, checkpoints, print }: Asked,
): Promise<boolean> {
  const unusable = keys?.find((vkey) => !parseVkey(vkey));
  if (unusable !== undefined) {
    throw new SettingsError(
      `"${unusable}" is no public key: it looks like name+1234abcd+base64, as \`satu-atap integrity keys\` prints it.`,
    );
  }
  return withLog(settings, async (store) => {
    const now = Temporal.Now.instant();
    await recordEvidenceAccess(store, { act: 'verified' }, { actor: localActor(), now });
    const outside = await checkpointFiles(settings.integrity.folder, checkpoints);
    const found = await verifyLog(store, {
      ...(keys ? { keys } : {}),
      checkpoints: outside,
      onProgress: (events) => process.stderr.write(`\r${events} events`),
    });
    if (found.events >= 10_000) process.stderr.write('\r');
    printFound(found, print);
    return found.differenceCount === 0;
  });
}

function printFound(found: LogVerification, print: (line: string) => void): void {
  const { events, covered, uncovered, checkpoints, newest, keys, differences } = found;
  for (const difference of differences) print(differenceInWords(difference));
  const more = found.differenceCount - differences.length;
  if (more > 0) print(`… and ${more} more`);
  print(
    `${events} events, ${covered} covered by ${checkpoints.recorded} checkpoints; ` +
      `${checkpoints.outside} checkpoints from outside`,
  );
  if (newest) print(`the newest checkpoint is of ${newest.signedAt}, ${newest.size} events`);
  print(`the ${uncovered} newest events are covered by no checkpoint yet`);
  for (const { vkey, trusted } of keys) print(`key ${vkey}${trusted ? '' : ', not trusted'}`);
  print(
    found.differenceCount === 0
      ? 'nothing that was signed has been altered'
      : `${found.differenceCount} differences from what was signed`,
  );
}
