import { name, serviceId, statePath } from '@satu-atap/domain';
import { z } from 'zod';
import type { ResponseSpec } from '../http/route.ts';
import { writtenHeaders } from '../http/headers.ts';
import { applicationDetail } from '../views/schemas.ts';

/** Path parameters of everything about one application. */
export const applicationParams = z.strictObject({
  id: z.uuid().meta({ description: 'The application’s id.' }),
});

/** What every paged list takes. */
export const paging = {
  after: z.string().min(1).max(500).optional().meta({
    description: 'Cursor: `next` of the page before.',
  }),
  limit: z.coerce.number<string>().int().min(1).max(200).default(50).meta({
    description: 'Rows at the most.',
  }),
};

/** A parameter that is `true` or `false`. */
export const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Filters that several lists share. */
export const filters = {
  office: name.optional(),
  unit: name.optional(),
  service: serviceId.optional(),
  state: statePath.optional(),
};

/** What every write to an application answers. */
export const written: ResponseSpec = {
  description: 'The application as it stands after the command.',
  schema: applicationDetail,
  headers: writtenHeaders,
};
