import {
  integrityHead,
  introducedKeys,
  openSigner,
  recordEvidenceAccess,
  rotateSigningKey,
  signCheckpoints,
  writeCheckpointFile,
} from '@satu-atap/event-store';
import { localActor } from '../local-actor.ts';
import { SettingsError, type Settings } from '../settings.ts';
import { withLog } from './with-log.ts';

const now = () => Temporal.Now.instant();

/** Signs what is new, and prints the newest checkpoint. */
export async function signNow(settings: Settings, print: (line: string) => void): Promise<void> {
  const { key, folder } = settings.integrity;
  await withLog(settings, async (store) => {
    const signer = await openSigner(store, key);
    const onSigned = (one: Parameters<typeof writeCheckpointFile>[1]) =>
      writeCheckpointFile(folder, one);
    const newest = await signCheckpoints(store, { signer, now, actor: localActor(), onSigned });
    print(newest?.note.trimEnd() ?? 'there is nothing to sign');
  });
}

/** Prints the public keys of the log, the newest last. */
export async function listKeys(settings: Settings, print: (line: string) => void): Promise<void> {
  await withLog(settings, async (store) => {
    const access = { act: 'looked-at', selection: { what: 'signing keys' } } as const;
    await recordEvidenceAccess(store, access, { actor: localActor(), now: now() });
    const keys = await introducedKeys(store, await integrityHead(store));
    if (keys.length === 0) print('this log has no key yet: nothing was signed');
    for (const { vkey, introducedAt } of keys) print(`${vkey}  since ${introducedAt}`);
  });
}

/** Makes a new key, and prints its public half. */
/** @throws SettingsError for a file of the new key that is there, or cannot be written */
export async function rotateKey(
  settings: Settings,
  print: (line: string) => void,
  aside?: string,
): Promise<void> {
  await withLog(settings, async (store) => {
    const { key } = settings.integrity;
    try {
      print(await rotateSigningKey(store, key, { actor: localActor(), now, aside }));
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      throw new SettingsError(
        `The new key cannot be written (${code ?? syscall}), and nothing was changed: say with ` +
          '--new-key which file to make for it.',
      );
    }
  });
}
