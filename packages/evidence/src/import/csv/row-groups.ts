import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A row of a file: its line, and its cells. */
export type Row = { line: number; cells: string[] };

/** Rows in one transaction. */
const batch = 20_000;

/**
 * Rows put together by case, though they lie apart in the file: in a temporary database, so that memory
 * does not grow with the file. Cases come in the order of their first row, rows in that of the file.
 */
export class RowGroups {
  readonly #folder: string;
  readonly #database: DatabaseSync;
  readonly #addCase: StatementSync;
  readonly #findCase: StatementSync;
  readonly #addRow: StatementSync;
  #rows = 0;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'satu-atap-import-'));
    this.#database = new DatabaseSync(join(this.#folder, 'rows.sqlite'));
    this.#database.exec(`
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
      CREATE TABLE cases (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
      CREATE TABLE rows (number INTEGER, row INTEGER, line INTEGER, cells TEXT,
        PRIMARY KEY (number, row)) WITHOUT ROWID;
      BEGIN;`);
    this.#addCase = this.#database.prepare('INSERT OR IGNORE INTO cases (name) VALUES (?)');
    this.#findCase = this.#database.prepare('SELECT number FROM cases WHERE name = ?');
    this.#addRow = this.#database.prepare('INSERT INTO rows VALUES (?, ?, ?, ?)');
  }

  add(name: string, { line, cells }: Row): void {
    this.#addCase.run(name);
    const found = this.#findCase.get(name) as { number: number };
    this.#addRow.run(found.number, this.#rows, line, JSON.stringify(cells));
    this.#rows++;
    if (this.#rows % batch === 0) this.#database.exec('COMMIT; BEGIN');
  }

  /** Rows of each case, one case after the other. */
  *cases(): Generator<Row[]> {
    const all = this.#database.prepare('SELECT number, line, cells FROM rows ORDER BY number, row');
    let number = -1;
    let rows: Row[] = [];
    for (const row of all.iterate()) {
      if (row['number'] !== number && rows.length > 0) {
        yield rows;
        rows = [];
      }
      number = Number(row['number']);
      rows.push({ line: Number(row['line']), cells: JSON.parse(String(row['cells'])) as string[] });
    }
    if (rows.length > 0) yield rows;
  }

  close(): void {
    this.#database.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
