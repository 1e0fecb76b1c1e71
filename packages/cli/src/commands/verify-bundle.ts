import { readFile } from 'node:fs/promises';
import { parseVkey } from '@satu-atap/domain';
import { BundleUnreadableError, verifyBundle, type BundleReport } from '@satu-atap/evidence';
import { Option, type Command } from 'commander';
import { SettingsError } from '../settings.ts';
import { problemInWords } from '@satu-atap/api';
import { printable, printToStdout } from './check.ts';
import { firstLines } from './first-lines.ts';

type Language = 'id' | 'en';
type Options = { key: string[]; language: Language; json?: true };

/** `satu-atap verify-bundle`: checks a bundle of evidence by itself, without the engine or its stores. */
export function verifyBundleCommand(program: Command): void {
  program
    .command('verify-bundle')
    .description('check a bundle of evidence with nothing but the log’s public key')
    .argument('<file>', 'the bundle, a ZIP file')
    .requiredOption(
      '--key <key>',
      'a public key that you trust, `<name>+<id>+<base64>`, or a file that holds it; may be repeated',
      (key: string, before?: string[]) => [...(before ?? []), key],
    )
    .addOption(
      new Option('--language <language>', 'of what is found').choices(['id', 'en']).default('id'),
    )
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nGet the key from the office itself, not from the bundle. Exit code 0 says that all of it holds.',
    )
    .action(async (file: string, options: Options) => {
      const report = await reportOn(file, options.key);
      if (options.json) printToStdout(JSON.stringify(report, undefined, 2));
      else for (const line of reportLines(report, options.language)) printToStdout(line);
      if (!report.sound) process.exitCode = 1;
    });
}

/** @throws SettingsError for a file or a key that cannot be used */
export async function reportOn(file: string, keys: readonly string[]): Promise<BundleReport> {
  const vkeys = await Promise.all(keys.map(vkeyOf));
  try {
    return await verifyBundle(file, vkeys, problemInWords);
  } catch (error) {
    if (!(error instanceof BundleUnreadableError)) throw error;
    throw new SettingsError(`${file} is no bundle of evidence: ${error.message}.`);
  }
}

async function vkeyOf(given: string): Promise<string> {
  const text = parseVkey(given) ? given : await readFile(given, 'utf8').catch(() => given);
  const vkey = text.trim();
  if (parseVkey(vkey)) return vkey;
  throw new SettingsError(
    `"${given}" is neither a public key, <name>+<id>+<base64>, nor a file that holds one: ` +
      '`satu-atap integrity keys` prints it at the office.',
  );
}

/** The report for people. */
export function reportLines(report: BundleReport, language: Language): string[] {
  const say = words[language];
  const { manifest, signedBy, findings, checked, unchecked, sound } = report;
  const lines = [
    ...(manifest
      ? [say.bundle(manifest.applications.length, manifest.createdAt, manifest.createdBy)]
      : []),
    ...(manifest && signedBy !== undefined
      ? [say.log(manifest.origin, manifest.treeSize, signedBy)]
      : []),
    ...firstLines((manifest?.missingDocuments ?? []).map(say.missing), say.moreMissing),
    ...findings.map(({ file, line, problem }) => {
      const place = line === undefined ? file : `${file}:${line}`;
      return `${place}: ${problem[language]}`;
    }),
    ...(unchecked > 0 ? [say.unchecked(unchecked)] : []),
    say.checked(checked.files, checked.events, checked.documents),
    sound ? say.sound : say.unsound(findings.length),
  ];
  return lines.map(printable);
}

const words = {
  id: {
    bundle: (count: number, at: string, by: string) =>
      `Bukti ${count} permohonan, dibuat ${at} oleh ${by}`,
    log: (origin: string, size: number, key: string) =>
      `Log ${origin}, checkpoint ${size} peristiwa, ditandatangani oleh ${key}`,
    missing: (sha256: string) => `Dokumen ${sha256} tidak disimpan lagi dan tidak terlampir`,
    moreMissing: (count: number) => `… dan ${count} lagi: --json menyebut semuanya`,
    unchecked: (count: number) => `${count} langkah tidak dapat dinilai ulang`,
    checked: (files: number, events: number, documents: number) =>
      `Diperiksa: ${files} berkas, ${events} peristiwa, ${documents} dokumen`,
    sound: 'Semuanya sesuai.',
    unsound: (count: number) => `TIDAK SESUAI: ${count} temuan.`,
  },
  en: {
    bundle: (count: number, at: string, by: string) =>
      `Evidence of ${count} ${count === 1 ? 'application' : 'applications'}, made ${at} by ${by}`,
    log: (origin: string, size: number, key: string) =>
      `Log ${origin}, checkpoint of ${size} events, signed by ${key}`,
    missing: (sha256: string) => `Document ${sha256} is not kept any more and not enclosed`,
    moreMissing: (count: number) => `… and ${count} more: --json names all of them`,
    unchecked: (count: number) => `${count} steps cannot be judged again`,
    checked: (files: number, events: number, documents: number) =>
      `Checked: ${files} files, ${events} events, ${documents} documents`,
    sound: 'All of it holds.',
    unsound: (count: number) => `IT DOES NOT HOLD: ${count} found.`,
  },
} as const;
