import { describe, expect, it } from 'vitest';
import { assertReadable, checkConnectionString } from './connection-string.ts';

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
  ])('is not %s', (connectionString, rule) => {
    expect(() => checkConnectionString(connectionString)).toThrow(RangeError);
    expect(() => checkConnectionString(connectionString)).toThrow(rule);
  });

  it.each(['esdb://user:secret@db?tsl=false', 'esdb://user:se:cret@db', 'esdb//user:secret@db'])(
    'is refused without its password being told (%#)',
    (connectionString) => {
      expect(() => checkConnectionString(connectionString)).toThrow(/^(?!.*(secret|se:cret))/);
    },
  );
});
