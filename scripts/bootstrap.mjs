// Makes the commands of package.json work on a fresh machine: any Node from 20 on installs the
// workspace (through the pnpm that package.json pins) and then runs the task on the Node that the
// workspace brings. Plain JavaScript without dependencies, because nothing is installed yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const windows = process.platform === 'win32';

const tasks = {
  start: ['node', 'packages/cli/src/main.ts', 'serve', '--demo'],
  test: ['vitest', 'run'],
  'satu-atap': ['node', 'packages/cli/src/main.ts'],
  'eventstoredb-test-server': ['node', 'packages/event-store/src/test-server/main.ts'],
};

const shell = process.ppid;
const [task, ...more] = process.argv.slice(2);
const command = tasks[task];
if (!command) {
  console.error(`bootstrap: unknown task "${task}"; known: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Satu Atap needs Node 20 or newer to set itself up; this is ${process.version}.`);
  process.exit(2);
}

const stamp = join(root, 'node_modules', '.satu-atap-installed');
const wanted = wantedInstallation();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('Installing what Satu Atap needs (once; a minute or so) …');
  const install = ['npx', '--yes', `pnpm@${devDependencies.pnpm}`, 'install', '--frozen-lockfile'];
  // What a command prints may be read by another: it stays the command's own.
  await run(install, ['inherit', process.stderr, 'inherit']);
  writeFileSync(stamp, wanted);
}
await run([...command, ...more]);

/** What the installation depends on, as a digest: another lockfile, another installation. */
function wantedInstallation() {
  const digest = createHash('sha256');
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    digest.update(readFileSync(join(root, file)));
  }
  return digest.digest('hex');
}

/** Runs a command of the workspace; its end is ours, and signals reach it. */
function run([name, ...args], stdio = 'inherit') {
  const path = join(root, 'node_modules', '.bin') + delimiter + process.env.PATH;
  const child = spawn(name, args, {
    cwd: root,
    stdio,
    shell: windows,
    env: { ...process.env, PATH: path },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) {
    // npm passes SIGTERM on to its shell only, which ends without passing it on to us.
    const watch = setInterval(() => {
      if (process.ppid === shell) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, 250);
    watch.unref();
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`Cannot run ${name}: ${error.message}`);
      process.exit(1);
    });
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve();
      process.exit(signal ? 1 : (code ?? 1));
    });
  });
}
