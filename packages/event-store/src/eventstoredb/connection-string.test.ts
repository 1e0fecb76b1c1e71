import { inspect } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assertReadable, checkConnectionString } from './connection-string.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a connection string', () => {
  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://admin:change%40it@db.example.go.id:2113',
    'esdb+discover://a:b@cluster.example.go.id',
    'esdb://n1:2113,n2:2113,n3:2113/?nodePreference=leader&tlsCAFile=/run/ca.crt',
    'esdb://db?user_cert_file=/run/user.crt&user-key-file=/run/user.key',
  ])('may be %s', (connectionString) => {
    expect(checkConnectionString(connectionString).deadline).toBe(10_000);
  });

  it('names files, which have to be there when they are needed', () => {
    const here = import.meta.filename;
    const { files } = checkConnectionString(
      `esdb://db?tlsCAFile=${encodeURIComponent(here)}&userCertFile=%2Fno%2Fcert&userKeyFile=/no/key`,
    );
    expect([...files]).toEqual([
      ['tlsCAFile', here],
      ['userCertFile', '/no/cert'],
      ['userKeyFile', '/no/key'],
    ]);
    expect(() => assertReadable(new Map([['tlsCAFile', here]]))).not.toThrow();
    expect(() => assertReadable(files)).toThrow('userCertFile: there is no file /no/cert that can');
  });

  it('reaches the client in the form that it understands', () => {
    expect(checkConnectionString(' esdb://db/?tls=false ').connectionString).toBe(
      'esdb://db?tls=false',
    );
  });

  it.each([
    '?tls=false&nodePreference=read_only_replica&keepAliveInterval=-1&keepAliveTimeout=20000',
    '?defaultDeadline=1&gossipTimeout=5000&discoveryInterval=500&maxDiscoverAttempts=3',
    '?TLS=true&throwOnAppendFailure=false&connection-name=a%20b=c',
  ])('may continue with %s, which the client understands, too', async (query) => {
    const { connectionString } = checkConnectionString(`esdb://admin:secret@db/${query}`);
    await EventStoreDBClient.connectionString(connectionString).dispose();
  });

  it('says how long a call may take', () => {
    expect(checkConnectionString('esdb://db?defaultDeadline=2500').deadline).toBe(2500);
  });

  it.each([
    ['postgres://db', 'esdb://[user:password@]host'],
    ['esdb://', 'esdb://[user:password@]host'],
    ['esdb://user:se:cret@db', 'special characters in it are %-encoded'],
    ['esdb://user:secret%zz@db', 'two hexadecimal digits'],
    ['esdb://db:port', '"db:port" is no host[:port]'],
    ['esdb://db?tsl=false', '"tsl" is no option of EventStoreDB'],
    ['esdb://db?tls=', 'option tls needs a value'],
    ['esdb://db?tlsVerifyCert=false', 'tlsCAFile'],
    ['esdb://db?userCertFile=/run/user.crt', 'userCertFile and userKeyFile go together'],
    ['esdb://db?defaultDeadline=soon', 'defaultDeadline is a number of milliseconds'],
    ['esdb://db?defaultDeadline=0', 'defaultDeadline is a number of milliseconds'],
    ['esdb://db?defaultDeadline=1e3', 'defaultDeadline is a number of milliseconds'],
    ['esdb://db?defaultDeadline=99999999999', 'up to 2147483647'],
    ['esdb://db?keepAliveInterval=-5', 'or -1 for never'],
    ['esdb://db?maxDiscoverAttempts=many', 'maxDiscoverAttempts is a whole number'],
    ['esdb://db:99999', '"db:99999" is no host[:port]'],
    ['esdb://[::1]:2113', 'is no host[:port]'],
  ])('is not %s', (connectionString, rule) => {
    expect(() => checkConnectionString(connectionString)).toThrow(RangeError);
    expect(() => checkConnectionString(connectionString)).toThrow(rule);
  });

  it.each([
    'esdb://user:secret@db?tsl=false',
    'esdb://user:se:cret@db',
    'esdb//user:secret@db',
    'esdb://user:secret%ff@db',
    'esdb://user:secret@db?',
    'esdb://user:secret@db?tls=yes',
    'esdb://user:secret@db?tls=false&',
    'esdb://user:secret@db?tls=false&&connectionName=a',
    'esdb://user:secret@db?connectionName=a?b',
    'esdb://user:secret@db?nodePreference=best',
    'esdb://user:secret@db?keepAliveInterval=often',
    'esdb://user:secret@db?throwOnAppendFailure=TRUE',
  ])('is refused without its password being told (%#)', (connectionString) => {
    const warned = vi.spyOn(console, 'warn');
    let refusal: unknown;
    try {
      refusal = new EventStoreDbEventStore({ connectionString });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(RangeError);
    expect(inspect(refusal, { depth: Infinity })).not.toMatch(/user:(secret|se:cret)/);
    expect(warned).not.toHaveBeenCalled();
  });
});
