import type { Kysely } from 'kysely';
import type { ReadModelsDatabase } from './read-models-database.ts';
import type { Tables } from './tables.ts';

/** How long queries that began on a replaced copy may still take, in milliseconds. */
const graceForQueries = 10_000;

/** The copy of the read models that answers now, until another takes its place. */
export class CurrentCopy {
  readonly #place: ReadModelsDatabase;
  readonly #replaced = new Map<Kysely<Tables>, NodeJS.Timeout>();
  #current: { generation: number; database: Kysely<Tables> } | undefined;

  constructor(place: ReadModelsDatabase) {
    this.#place = place;
  }

  get generation(): number | undefined {
    return this.#current?.generation;
  }

  get database(): Kysely<Tables> {
    if (!this.#current) throw new Error('no read models have been opened yet');
    return this.#current.database;
  }

  switchTo(generation: number): void {
    const previous = this.#current;
    if (previous?.generation === generation) return;
    this.#current = { generation, database: this.#place.reader(generation) };
    if (previous) this.#closeLater(previous.database);
  }

  async close(): Promise<void> {
    for (const [database, timer] of this.#replaced) {
      clearTimeout(timer);
      await database.destroy();
    }
    await this.#current?.database.destroy();
    this.#replaced.clear();
    this.#current = undefined;
  }

  #closeLater(database: Kysely<Tables>): void {
    const close = () => {
      this.#replaced.delete(database);
      void database.destroy();
    };
    this.#replaced.set(database, setTimeout(close, graceForQueries).unref());
  }
}
