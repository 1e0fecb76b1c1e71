import { officeDefinition } from '@satu-atap/domain';
import { z } from 'zod';
import { route } from '../http/route.ts';

const officeRow = officeDefinition.meta({
  id: 'Office',
  description: 'An office: its time zone, its working calendar, and which services it offers.',
});

export const listOffices = route({
  method: 'get',
  path: '/api/v1/offices',
  tag: 'services',
  summary: 'The offices, with their time zones and what they offer',
  responses: {
    200: { description: 'Offices.', schema: z.strictObject({ items: z.array(officeRow) }) },
  },
  async handle(_, api) {
    const items = [...api.offices.values()].map(({ definition }) => definition);
    return { status: 200, body: { items } };
  },
});
