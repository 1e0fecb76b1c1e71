import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf, flat } from './csv.ts';

async function written(columns: string[], rows: Parameters<typeof csvOf>[1]): Promise<string> {
  return (await csvOf(columns, rows).toArray()).join('');
}

/** Reads RFC 4180, as section 2 has it. */
function read(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [, value = '', end] = match;
    rows.at(-1)?.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('a table as CSV', () => {
  it('comes back as it was, whatever its cells hold', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'é', '=') });
    const harmless = text.filter((one) => !/^[=+\-@\t\r]/.test(one));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(harmless, fc.nat())), async (pairs) => {
        const rows = pairs.map(([name, count]) => ({ name, count }));
        expect(read(await written(['name', 'count'], rows))).toEqual([
          ['name', 'count'],
          ...pairs.map(([name, count]) => [name, String(count)]),
        ]);
      }),
    );
  });

  it('holds nothing that a spreadsheet would work out', async () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=cmd|"/c calc"!A1']) {
      const [, [cell = ''] = []] = read(await written(['name'], [{ name: text }]));
      expect(cell).toBe(`'${text}`);
    }
    // What is counted is a number, and is left one.
    expect(await written(['count'], [{ count: -1 }])).toBe('count\r\n-1\r\n');
  });

  it('leaves a cell empty that a row does not have', async () => {
    expect(await written(['a', 'b'], [{ b: 1 }])).toBe('a,b\r\n,1\r\n');
  });

  it('has a column for each value that lies within another', () => {
    expect(flat({ unit: 'x', now: { open: 1, times: { p50: 2 } } })).toEqual({
      unit: 'x',
      'now.open': 1,
      'now.times.p50': 2,
    });
  });
});
