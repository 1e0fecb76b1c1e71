import { createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { bundlePlaces, type BundleManifest } from '../bundle-format.ts';
import { ZipWriter } from '../zip-writer.ts';

/** The files of an archive, by name. */
export type Files = Map<string, Buffer>;

export async function unpacked(file: string): Promise<Files> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  const files: Files = new Map();
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  zip.close();
  return files;
}

/**
 * A bundle as a forger would make it: changed, and its manifest made to fit.
 *
 * @param change works on the files; `manifest.json` is written after it, unless it says otherwise
 */
export async function forged(
  file: string,
  change: (files: Files, manifest: BundleManifest) => void,
  { listed = true }: { listed?: boolean } = {},
): Promise<string> {
  const files = await unpacked(file);
  const manifest = JSON.parse(String(files.get(bundlePlaces.manifest))) as BundleManifest;
  files.delete(bundlePlaces.manifest);
  change(files, manifest);
  const zip = new ZipWriter(new Date(0));
  const path = `${file}.forged.zip`;
  const written = pipeline(zip.output, createWriteStream(path));
  for (const [name, content] of files) await zip.add(name, content);
  const all = listed ? { ...manifest, files: { ...zip.packed } } : manifest;
  await zip.add(bundlePlaces.manifest, JSON.stringify(all));
  await zip.end();
  await written;
  return path;
}

/** The lines of a file, changed. */
export function withLines(files: Files, name: string, change: (lines: string[]) => string[]): void {
  const lines = String(files.get(name)).split('\n').slice(0, -1);
  files.set(
    name,
    Buffer.from(
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
}
