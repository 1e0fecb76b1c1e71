import { accessSync, constants } from 'node:fs';

/** What connection strings of EventStoreDB may say after the `?`, without regard to case, `-` and `_`. */
const known = new Set(
  [
    'connectionName',
    'defaultDeadline',
    'discoveryInterval',
    'gossipTimeout',
    'keepAliveInterval',
    'keepAliveTimeout',
    'maxDiscoverAttempts',
    'nodePreference',
    'throwOnAppendFailure',
    'tls',
    'tlsCAFile',
    'tlsVerifyCert',
    'userCertFile',
    'userKeyFile',
  ].map(flat),
);

const defaultDeadline = 10_000;

export type ConnectionSettings = {
  /** How long a call may take, in milliseconds. */
  deadline: number;
  /** Certificates and keys, by the option that names them. */
  files: ReadonlyMap<string, string>;
};

/**
 * Looks at a connection string before the client does: the client prints one that it does not
 * understand, with its password, and overlooks options that it does not know.
 *
 * @throws RangeError naming the part and the rule, never the credentials
 */
export function checkConnectionString(connectionString: string): ConnectionSettings {
  const [, credentials = '', hosts, query = ''] =
    /^esdb(?:\+discover)?:\/\/(?:([^:@/?]+:[^:@/?]+)@)?([^@/?]+)\/?(?:\?([^@]*))?$/.exec(
      connectionString.trim(),
    ) ?? [];
  if (hosts === undefined) {
    throw new RangeError(
      'a connection string is esdb://[user:password@]host[:port][,host…][?option=value&…], or ' +
        'esdb+discover://… for the name of a cluster; special characters in it are %-encoded',
    );
  }
  if (!isEncoded(credentials) || !isEncoded(query)) {
    throw new RangeError('a % in a connection string stands before two hexadecimal digits');
  }
  for (const host of hosts.split(',')) {
    if (!/^[\w.-]+(:\d{1,5})?$/.test(host)) throw new RangeError(`"${host}" is no host[:port]`);
  }
  const options = new Map<string, string>();
  for (const option of query.split('&').filter((part) => part !== '')) {
    const [key = '', value] = option.split('=');
    if (!known.has(flat(key))) throw new RangeError(`"${key}" is no option of EventStoreDB`);
    if (!value) throw new RangeError(`option ${key} needs a value`);
    options.set(flat(key), value);
  }
  if (options.get('tlsverifycert') === 'false') {
    throw new RangeError(
      'tlsVerifyCert=false is not possible: name the authority of the certificates in tlsCAFile',
    );
  }
  const files = filesOf(options);
  const deadline = Number(options.get('defaultdeadline') ?? defaultDeadline);
  if (!Number.isInteger(deadline) || deadline <= 0) {
    throw new RangeError('defaultDeadline is a number of milliseconds above 0');
  }
  return { deadline, files };
}

/** @throws RangeError naming a file that cannot be read */
export function assertReadable(files: ConnectionSettings['files']): void {
  for (const [option, file] of files) {
    try {
      accessSync(file, constants.R_OK);
    } catch {
      throw new RangeError(`${option}: there is no file ${file} that can be read`);
    }
  }
}

function filesOf(options: ReadonlyMap<string, string>): Map<string, string> {
  const files = new Map<string, string>();
  for (const option of ['tlsCAFile', 'userCertFile', 'userKeyFile']) {
    const value = options.get(flat(option));
    if (value !== undefined) files.set(option, decodeURIComponent(value));
  }
  if (files.has('userCertFile') !== files.has('userKeyFile')) {
    throw new RangeError('userCertFile and userKeyFile go together');
  }
  return files;
}

function isEncoded(text: string): boolean {
  return !/%(?![\da-f]{2})/i.test(text);
}

function flat(key: string): string {
  return key.trim().toLowerCase().replaceAll(/[_-]/g, '');
}
