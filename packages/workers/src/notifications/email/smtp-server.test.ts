import { describe, expect, it } from 'vitest';
import { smtpServer } from './smtp-server.ts';

describe('where e-mail is handed in', () => {
  it.each([
    ['smtp://mail.example.go.id', { secure: false, requireTLS: true }],
    ['smtp://mail:25?tls=optional', { secure: false, requireTLS: false, port: 25 }],
    ['smtp://localhost:1025', { secure: false, requireTLS: false, host: 'localhost' }],
    ['smtps://mail.example.go.id:465', { secure: true, port: 465 }],
  ])('%s', (url, expected) => {
    expect(smtpServer(url).options).toMatchObject(expected);
  });

  it('takes a user and a password with special characters', () => {
    expect(smtpServer('smtps://mpp%40example:p%2Fw%3A@mail.example.go.id').auth).toEqual({
      user: 'mpp@example',
      pass: 'p/w:',
    });
  });

  it.each(['', 'mail.example.go.id', 'https://mail.example.go.id', 'smtp://user:%zz@mail'])(
    'is no "%s"',
    (url) => {
      expect(() => smtpServer(url)).toThrow(RangeError);
    },
  );
});
