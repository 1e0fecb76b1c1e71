import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The repository: the folder in which its commands are run. */
export const root = join(import.meta.dirname, '../../../..');
const main = join(root, 'packages/cli/src/main.ts');

/** Real definitions to test with; not part of the project. */
export const shared = process.env['SATU_ATAP_SHARED'] ?? join(root, '../shared');

/** Milliseconds for a test that starts processes, on a slow machine that runs other tests as well. */
export const patience = 60_000;

/** How a process ended; `code` is null when a signal ended it. */
export type Ended = { stdout: string; stderr: string; code: number | null };

export type ServerOptions = {
  data: string;
  /** EventStoreDB; a file in the data folder by default. */
  eventStore?: string;
  /** PostgreSQL; files in the data folder by default. */
  readModels?: string;
  /** Folders of definitions; the repository's own by default. */
  services?: string;
  offices?: string;
  calendars?: string;
};

/** A server that runs. */
export type Server = {
  url: string;
  /** What it has written to its standard output up to now. */
  stdout(): string;
  /** Resolves once its standard output holds the words; rejects when it ends without them. */
  said(words: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<Ended>;
  /** Asks it to end (SIGTERM) and waits. @returns its exit code */
  stop(): Promise<number | null>;
};

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Process = { child: Child; output: { stdout: string; stderr: string }; ended: Promise<Ended> };

const running = new Set<Child>();
const folders = new Set<string>();

/** Ends (SIGKILL) what a test has left running and removes scratch folders. */
export async function cleanUp(): Promise<void> {
  const exits = [...running].map((child) => once(child, 'exit'));
  killAll();
  await Promise.all(exits);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
// A run of the tests that is broken off does not get to `cleanUp`.
process.on('exit', killAll);

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A new empty folder, there until `cleanUp`. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'satu-atap-end-to-end-'));
  folders.add(folder);
  return folder;
}

/** Runs `satu-atap <args>` to its end. */
export function satuAtap(...args: string[]): Promise<Ended> {
  return run(process.execPath, main, ...args);
}

/** The same with settings in its environment. */
export function satuAtapWith(settings: Record<string, string>, ...args: string[]): Promise<Ended> {
  return start(process.execPath, [main, ...args], settings).ended;
}

/** Runs a command in the repository's folder to its end. */
export function run(command: string, ...args: string[]): Promise<Ended> {
  return start(command, args).ended;
}

/** Starts `satu-atap serve --demo` on a free port and waits until it has said all that it says. */
export async function startServer({
  data,
  eventStore,
  readModels,
  ...definitions
}: ServerOptions): Promise<Server> {
  const flags = ['--demo', '--port', '0', '--data', data];
  if (eventStore !== undefined) flags.push('--event-store', eventStore);
  if (readModels !== undefined) flags.push('--read-models', readModels);
  for (const [kind, folder] of Object.entries(definitions)) flags.push(`--${kind}`, folder);
  const { child, output, ended } = start(process.execPath, [main, 'serve', ...flags]);

  const said = (words: string) => saidBy({ child, output, ended }, words);
  await said('$SUPERVISOR');
  return {
    url: /Satu Atap runs at (http:\S+)/.exec(output.stdout)?.[1] ?? '',
    stdout: () => output.stdout,
    said,
    signal: (name) => void child.kill(name),
    ended,
    async stop() {
      child.kill('SIGTERM');
      return (await ended).code;
    },
  };
}

/** A part of the engine that runs in a process of its own. */
export type PartProcess = {
  url: string;
  stdout(): string;
  kill(): Promise<void>;
  /** Asks it to end (SIGTERM) and waits. @returns its exit code */
  stop(): Promise<number | null>;
};

/** Starts `satu-atap serve --only <part>` with these settings, on a free port. */
export async function startPart(
  part: 'api' | 'projector' | 'workers',
  settings: Record<string, string>,
): Promise<PartProcess> {
  const flags = ['serve', '--only', part, '--port', '0'];
  const begun = start(process.execPath, [main, ...flags], settings);
  await saidBy(begun, '"Satu Atap is running"');
  const { child, output, ended } = begun;
  return {
    url: /"url":"(http:[^"]+)"/.exec(output.stdout)?.[1] ?? '',
    stdout: () => output.stdout,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return (await ended).code;
    },
  };
}

/** An event store server that runs in a process of its own. */
export type EventStoreServer = { connectionString: string; kill(): Promise<void> };

/** Starts EventStoreDB's test server on a file, at a port that was its own before or any free one. */
export async function startEventStore(file: string, port = '0'): Promise<EventStoreServer> {
  const server = fileURLToPath(import.meta.resolve('@satu-atap/event-store/test-server/main'));
  const begun = start(process.execPath, [server, '--data', file, '--port', port]);
  await saidBy(begun, 'esdb://');
  return {
    connectionString: /esdb:\/\/\S+/.exec(begun.output.stdout)?.[0] ?? '',
    async kill() {
      begun.child.kill('SIGKILL');
      await begun.ended;
    },
  };
}

/** Resolves once its standard output holds the words; rejects when it ends without them. */
function saidBy({ child, output, ended }: Process, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => output.stdout.includes(words) && resolve();
    child.stdout.on('data', look);
    look();
    void ended.then(({ code, stderr }) =>
      reject(new Error(`the server ended with ${code} and never said "${words}": ${stderr}`)),
    );
  });
}

export type Claims = { role: string; sub: string; name?: string; unit?: string; office?: string };

/** A token that `satu-atap token` signs for the server of a data folder. */
export async function tokenFor(data: string, claims: Claims): Promise<string> {
  const flags = Object.entries(claims).flatMap(([claim, value]) => [`--${claim}`, value]);
  const { code, stdout, stderr } = await satuAtap('token', '--data', data, ...flags);
  if (code !== 0) throw new Error(`no token: ${stderr}`);
  return stdout.trim();
}

function start(command: string, args: string[], settings: Record<string, string> = {}): Process {
  // The tests say themselves what is set.
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SATU_ATAP_'));
  const env = { ...Object.fromEntries(others), ...settings };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.on('exit', () => running.delete(child));

  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
  }
  const ended = once(child, 'close').then(([code]) => ({ ...output, code: code as number | null }));
  return { child, output, ended };
}
