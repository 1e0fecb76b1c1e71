import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

const keptStatements = 500;

/** What Kysely's SQLite dialect needs, over Node's own SQLite; prepared statements are kept. */
export class NodeSqliteDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(file: string, options: { readOnly?: boolean } = {}) {
    this.#database = new DatabaseSync(file, {
      readOnly: options.readOnly ?? false,
      timeout: 10_000,
    });
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string): SqliteStatement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = adapt(this.#database.prepare(sql));
    this.#statements.set(sql, statement);
    const oldest = this.#statements.keys().next();
    if (this.#statements.size > keptStatements && !oldest.done)
      this.#statements.delete(oldest.value);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

type Parameter = string | number | bigint | null;

/** Rows as arrays, made into objects here, take node:sqlite two thirds of the time that objects take. */
function adapt(statement: StatementSync): SqliteStatement {
  const columns = statement.columns().map(({ name }) => name);
  statement.setReturnArrays(true);
  const objectOf = (cells: unknown): Record<string, unknown> => {
    const row: Record<string, unknown> = {};
    const values = cells as unknown[];
    for (let index = 0; index < columns.length; index += 1) {
      row[columns[index] ?? ''] = values[index];
    }
    return row;
  };
  return {
    reader: columns.length > 0,
    all: (parameters) => statement.all(...(parameters as Parameter[])).map(objectOf),
    iterate: (parameters) => statement.iterate(...(parameters as Parameter[])).map(objectOf),
    run: (parameters) => statement.run(...(parameters as Parameter[])),
  };
}
