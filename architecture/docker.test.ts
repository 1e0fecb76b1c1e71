import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { readSettings } from '../packages/cli/src/settings.ts';
import { openKeyRing } from '../packages/event-store/src/personal-data/open-key-ring.ts';

// What holds of docker/ without a Docker at hand.

const root = join(import.meta.dirname, '..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const packageJson = JSON.parse(textOf('package.json')) as {
  version: string;
  devDependencies: { node: string };
};

type Service = {
  image: string;
  build?: unknown;
  command?: string[];
  environment?: Record<string, string | number>;
  env_file?: string;
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  healthcheck?: { test: string[] };
  restart?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  deploy?: { replicas?: number; resources?: { limits?: { memory?: string } } };
};
type Compose = { services: Record<string, Service>; secrets?: Record<string, { file: string }> };

const files = ['docker/compose.yaml', 'docker/compose.production.yaml'];

describe.each(files)('%s', (file) => {
  const { compose, errors } = composeOf(file);
  const services = Object.entries(compose.services);
  const environments = services.flatMap(([, { environment = {} }]) => Object.entries(environment));

  it('is sound YAML', () => {
    expect(errors).toEqual([]);
  });

  it('pins every image, and gives the engine’s the version of the engine', () => {
    const images = services.map(([, { image }]) => image);
    expect(images.filter((image) => !/:\d+\.\d+/.test(image))).toEqual([]);
    const ours = images.filter((image) => image.startsWith('satu-atap'));
    expect(new Set(ours)).toEqual(new Set([`satu-atap:${packageJson.version}`]));
  });

  it('sets no setting that the engine does not know', () => {
    const known = new Set(textOf('packages/cli/src/settings.ts').match(/\bSATU_ATAP_\w+(?=:)/g));
    const set = environments.map(([name]) => name).filter((name) => name.startsWith('SATU_ATAP_'));
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it('holds no password', () => {
    const secret = /PASSWORD|SECRET|TOKEN|KEY$/;
    const named = environments.filter(([name]) => secret.test(name) && !name.endsWith('_FILE'));
    expect(named).toEqual([]);
    expect(textOf(file)).not.toMatch(/:\/\/[^/\s@:]+:[^/\s@]+@/);
  });

  it('opens ports to this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('names files that are there', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0]),
    );
    expect(mounted.filter((path = '') => !existsSync(join(root, 'docker', path)))).toEqual([]);
    const run = services.flatMap(([, { healthcheck }]) =>
      (healthcheck?.test ?? []).filter((word) => word.endsWith('.ts')),
    );
    expect(run.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('waits for the health of what it waits for', () => {
    expect(textOf(file)).not.toMatch(/condition: service_started/);
  });
});

describe('docker/compose.yaml', () => {
  const { services } = composeOf(files[0] ?? '').compose;
  const { environment = {}, command = [], volumes = [] } = services['engine'] ?? {};
  const settingsOfEngine = () => {
    const settings = Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/^\$\{\w+:-(.*)\}$/, '$1'),
    ]);
    const demo = command.includes('--demo');
    return readSettings(Object.fromEntries(settings) as NodeJS.ProcessEnv, { demo });
  };

  it('has settings that the engine accepts', () => {
    expect(settingsOfEngine).not.toThrow();
  });

  it('has the engine make the key that signs the log, where it outlives the container', () => {
    expect(settingsOfEngine().integrity.key.mayCreate).toBe(true);
    expect(volumes).toContain('data:/data');
  });
});

describe('docker/compose.notifications.yaml', () => {
  const { compose, errors } = composeOf('docker/compose.notifications.yaml');
  const { services: workers, secrets = {} } = compose;

  it('adds settings, with their secrets in files, to a part that there is', () => {
    expect(errors).toEqual([]);
    const { services } = composeOf(files[1] ?? '').compose;
    expect(Object.keys(workers).filter((part) => !services[part])).toEqual([]);
    const { environment = {}, secrets: given = [] } = workers['workers'] ?? {};
    const named = Object.values(environment).flatMap(
      (value) => /^\/run\/secrets\/(.+)$/.exec(String(value))?.[1] ?? [],
    );
    expect(named.toSorted()).toEqual(given.toSorted());
    expect(Object.keys(secrets).toSorted()).toEqual(given.toSorted());
    expect(Object.values(secrets).filter(({ file }) => !file.startsWith('secrets/'))).toEqual([]);
    const known = textOf('packages/cli/src/settings.ts');
    const plain = Object.keys(environment).filter((name) => !name.includes('WEBHOOK_SECRET'));
    expect(plain.filter((name) => !known.includes(`${name}:`))).toEqual([]);
  });
});

describe('docker/compose.production.yaml', () => {
  const { services, secrets = {} } = composeOf(files[1] ?? '').compose;

  it.each(['api', 'projector', 'workers'])(
    'runs two of %s, with nothing they do not need',
    (part) => {
      expect(services[part]).toMatchObject({
        environment: { SATU_ATAP_ONLY: part },
        restart: 'unless-stopped',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        deploy: { replicas: 2, resources: { limits: { memory: expect.any(String) as string } } },
      });
    },
  );

  it('runs three nodes, each knowing the two others by the names they advertise', () => {
    const nodes = Object.entries(services).filter(([, { environment }]) =>
      Object.hasOwn(environment ?? {}, 'EVENTSTORE_CLUSTER_SIZE'),
    );
    expect(nodes).toHaveLength(3);
    for (const [name, { environment = {} }] of nodes) {
      expect(environment['EVENTSTORE_NODE_HOST_ADVERTISE_AS']).toBe(name);
      const others = nodes.map(([other]) => other).filter((other) => other !== name);
      const seeds = String(environment['EVENTSTORE_GOSSIP_SEED']).split(',');
      expect(seeds.toSorted()).toEqual(others.map((other) => `${other}:2113`).toSorted());
    }
  });

  it('gives all parts the same key to the keys of personal data, and the workers a key to sign with', () => {
    const parts = Object.values(services).filter(
      ({ environment }) => environment?.['SATU_ATAP_ONLY'],
    );
    expect(parts).toHaveLength(3);
    const named = parts.map(({ environment = {}, secrets: given = [] }) => ({
      master: environment['SATU_ATAP_MASTER_KEY_FILE'],
      isGiven: given.includes('keys-master'),
    }));
    expect(named).toEqual(parts.map(() => ({ master: '/run/secrets/keys-master', isGiven: true })));
    const { environment = {}, secrets: given = [], volumes = [] } = services['workers'] ?? {};
    expect(environment['SATU_ATAP_SIGNING_KEY_FILE']).toBe('/run/secrets/log-signing');
    expect(given).toContain('log-signing');
    // All else of a part is read-only, and checkpoints are files.
    expect(volumes).toContain('checkpoints:/data');
  });

  it('takes its secrets from a folder that git and the image leave out', () => {
    const kept = Object.values(secrets).map(({ file }) => file);
    for (const { env_file } of Object.values(services)) if (env_file) kept.push(env_file);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((file) => !file.startsWith('secrets/'))).toEqual([]);
    expect(textOf('docker/.gitignore').split('\n')).toContain('secrets/');
    const sent = textOf('.dockerignore').split('\n');
    expect(sent.filter((line) => line.startsWith('!docker'))).toEqual(['!docker/*.ts']);
  });

  it('finds every secret where docker/secrets.sh leaves it, the same each time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const run = () => execFileSync('sh', [join(folder, 'secrets.sh')]);
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    try {
      copyFileSync(join(root, 'docker/secrets.sh'), join(folder, 'secrets.sh'));
      run();
      const made = Object.values(secrets).map(({ file }) => [file, read(file)] as const);
      run();
      expect(made.map(([file]) => read(file))).toEqual(made.map(([, text]) => text));

      const settings = readSettings({
        SATU_ATAP_JWKS_URL: 'https://identity.example.go.id/jwks.json',
        SATU_ATAP_EVENT_STORE_FILE: join(folder, 'secrets/event-store'),
        SATU_ATAP_READ_MODELS_FILE: join(folder, 'secrets/read-models'),
      });
      const wrapped = openKeyRing({
        file: ':memory:',
        masterKeyFile: join(folder, 'secrets/keys-master'),
      });
      expect((await wrapped.keyFor('budi')).key.symmetricKeySize).toBe(32);
      await wrapped.close();
      const signing = createPrivateKey(read('secrets/log-signing'));
      expect(signing.asymmetricKeyType).toBe('ed25519');
      const password = read('secrets/eventstoredb-engine-password');
      expect(JSON.stringify(settings.eventStore)).toContain(`satu-atap:${password}@eventstoredb-1`);
      expect(read('secrets/eventstoredb.env')).toContain(
        `EVENTSTORE_DEFAULT_ADMIN_PASSWORD=${read('secrets/eventstoredb-admin-password')}\n`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('docker/Dockerfile', () => {
  const lines = textOf('docker/Dockerfile').split('\n');
  const image = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const last = (instruction: string) =>
    image.findLast((line) => line.startsWith(`${instruction} `)) ?? '';

  it('is based on the Node that the workspace brings', () => {
    const [, version] = /@([\d.]+)$/.exec(packageJson.devDependencies.node) ?? [];
    expect(lines).toContain(`ARG NODE_IMAGE=node:${version}-trixie-slim`);
    const bases = lines.filter((line) => line.startsWith('FROM '));
    expect(bases.every((line) => line.startsWith('FROM ${NODE_IMAGE}'))).toBe(true);
  });

  it('runs as a user that is not root, says whether it is well, and gets signals itself', () => {
    expect(last('USER')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
    expect(last('HEALTHCHECK')).toMatch(/CMD \["node", "docker\/healthcheck.ts"\]$/);
    expect(last('ENTRYPOINT')).toBe('ENTRYPOINT ["node", "packages/cli/src/main.ts"]');
    expect(last('STOPSIGNAL')).toBe('STOPSIGNAL SIGTERM');
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied).toContain('packages');
    const letThrough = new Set(textOf('.dockerignore').split('\n'));
    expect(copied.filter((path) => !letThrough.has(`!${path}`))).toEqual([]);
    const plain = copied.filter((path) => !path.includes('*'));
    expect(plain.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('the tests on containers run the EventStoreDB that docker/ runs', () => {
  const [image = ''] =
    /eventstore\/eventstore:[\w.-]+/.exec(
      textOf('packages/event-store/src/eventstoredb/containers/runtime.ts'),
    ) ?? [];
  for (const file of files) {
    const used = textOf(file).match(/eventstore\/eventstore:[\w.-]+/g);
    expect(new Set(used)).toEqual(new Set([image]));
  }
});

/** Compose files repeat themselves with `<<`, which YAML 1.2 leaves to who reads it. */
function composeOf(file: string): { compose: Compose; errors: unknown[] } {
  const document = parseDocument(textOf(file), { merge: true });
  return { compose: document.toJS() as Compose, errors: document.errors };
}
