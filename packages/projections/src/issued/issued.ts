import { bulkWriter } from '../database/bulk.ts';
import type { Projection } from '../projector/projection.ts';

const insert = bulkWriter('issued', ['application', 'output', 'number']);

/** The documents that applications were given, to be found by their numbers. */
export const issued: Projection = {
  name: 'issued',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('issued')
      .addColumn('application', 'text', (column) => column.notNull())
      .addColumn('output', 'text', (column) => column.notNull())
      .addColumn('number', 'text')
      .addPrimaryKeyConstraint('issued_key', ['application', 'output'])
      .execute();
    await database.schema.createIndex('issued_by_number').on('issued').column('number').execute();
  },

  async project({ events }, database) {
    const rows = events.flatMap(({ application, event }) => {
      if (event.type !== 'OutputIssued') return [];
      const { output, number } = event.data;
      return [{ application, output, number: number ? numberKey(number.text) : null }];
    });
    await insert(database, rows);
  },
};

/** A number as it is compared: people write it with other spaces and letters than it was printed with. */
export function numberKey(number: string): string {
  return number.replaceAll(/\s/g, '').toUpperCase();
}
