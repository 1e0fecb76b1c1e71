import { describe, expect, it } from 'vitest';
import { checkConnectionString } from './connection-string.ts';

const file = encodeURIComponent(import.meta.filename);

describe('a connection string', () => {
  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://admin:change%40it@db.example.go.id:2113',
    'esdb+discover://a:b@cluster.example.go.id',
    `esdb://n1:2113,n2:2113,n3:2113/?nodePreference=leader&tlsCAFile=${file}`,
    `esdb://db?user_cert_file=${file}&user-key-file=${file}`,
  ])('may be %s', (connectionString) => {
    expect(checkConnectionString(connectionString)).toEqual({ deadline: 10_000 });
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
    ['esdb://db?tlsCAFile=/nowhere/ca.crt', 'tlsCAFile: there is no file /nowhere/ca.crt'],
    [`esdb://db?userCertFile=${file}`, 'userCertFile and userKeyFile go together'],
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
