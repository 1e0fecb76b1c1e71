import { accessSync, constants } from 'node:fs';

/** What an option may say, and the rule in words. */
type Values = { rule: string; allow: (value: string) => boolean };

/** The longest that a timer waits, in milliseconds: 24 days. */
const longest = 2 ** 31 - 1;

const text: Values = { rule: 'is a text', allow: () => true };
const yesOrNo: Values = {
  rule: 'is true or false',
  allow: (value) => /^(true|false)$/.test(value),
};
const number: Values = {
  rule: `is a whole number up to ${longest}`,
  allow: (value) => /^\d+$/.test(value) && Number(value) <= longest,
};
const milliseconds: Values = {
  rule: `is a number of milliseconds above 0, up to ${longest}`,
  allow: (value) => number.allow(value) && Number(value) > 0,
};
const millisecondsOrNever: Values = {
  rule: `${milliseconds.rule}, or -1 for never`,
  allow: (value) => value === '-1' || milliseconds.allow(value),
};
const nodes = ['leader', 'follower', 'readonlyreplica', 'random'];
const kindOfNode: Values = {
  rule: 'is leader, follower, read_only_replica or random',
  allow: (value) => nodes.includes(flat(value)),
};

/** What connection strings of EventStoreDB may say after the `?`, without regard to case, `-` and `_`. */
const known = new Map(
  Object.entries({
    connectionName: text,
    defaultDeadline: milliseconds,
    discoveryInterval: number,
    gossipTimeout: milliseconds,
    keepAliveInterval: millisecondsOrNever,
    keepAliveTimeout: millisecondsOrNever,
    maxDiscoverAttempts: number,
    nodePreference: kindOfNode,
    throwOnAppendFailure: yesOrNo,
    tls: yesOrNo,
    tlsCAFile: text,
    tlsVerifyCert: yesOrNo,
    userCertFile: text,
    userKeyFile: text,
  }).map(([option, values]) => [flat(option), values]),
);

const defaultDeadline = 10_000;

export type ConnectionSettings = {
  /** The string as the client understands it. */
  connectionString: string;
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
  const [, credentials = '', hosts, query] =
    /^esdb(?:\+discover)?:\/\/(?:([^:@/?]+:[^:@/?]+)@)?([^@/?]+)\/?(?:\?([^@?]*))?$/.exec(
      connectionString.trim(),
    ) ?? [];
  if (hosts === undefined) {
    throw new RangeError(
      'a connection string is esdb://[user:password@]host[:port][,host…][?option=value&…], or ' +
        'esdb+discover://… for the name of a cluster; special characters in it are %-encoded',
    );
  }
  if (!isEncoded(credentials) || !isEncoded(query ?? '')) {
    throw new RangeError(
      'a % in a connection string stands before two hexadecimal digits, which together are UTF-8',
    );
  }
  for (const host of hosts.split(',')) {
    const [, port = '2113'] = /^[\w.-]+(?::(\d{1,5}))?$/.exec(host) ?? ['', '0'];
    if (Number(port) < 1 || Number(port) > 65_535) {
      throw new RangeError(`"${host}" is no host[:port]`);
    }
  }
  const options = new Map<string, string>();
  for (const option of query?.split('&') ?? []) {
    const [, key = '', value] = /^([^=]*)=?(.*)$/.exec(option) ?? [];
    const values = known.get(flat(key));
    if (!values) throw new RangeError(`"${key}" is no option of EventStoreDB`);
    if (!value) throw new RangeError(`option ${key} needs a value`);
    if (!values.allow(value.trim())) throw new RangeError(`${key} ${values.rule}`);
    options.set(flat(key), value.trim());
  }
  if (options.get('tlsverifycert') === 'false') {
    throw new RangeError(
      'tlsVerifyCert=false is not possible: name the authority of the certificates in tlsCAFile',
    );
  }
  const files = filesOf(options);
  return {
    // The client would take the slash for a part of the host's name.
    connectionString: connectionString.trim().replace('/?', '?'),
    deadline: Number(options.get('defaultdeadline') ?? defaultDeadline),
    files,
  };
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

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function flat(key: string): string {
  return key.trim().toLowerCase().replaceAll(/[_-]/g, '');
}
