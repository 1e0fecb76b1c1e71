import { sql, type Kysely, type RawBuilder } from 'kysely';
import { equal } from '../database/equal.ts';
import type { Tables } from '../database/tables.ts';
import { numberKey } from '../issued/issued.ts';
import type { ApplicationFilter, Dates } from '../read-models.ts';

/** Applications that a filter leaves, not in any order yet. */
export function filtered(database: Kysely<Tables>, filter: ApplicationFilter) {
  const { office, service, channel, applicant, number, slaStatus, ended } = filter;
  const { serviceUnit, submitted, dueOn } = filter;
  return database
    .selectFrom('applications')
    .selectAll()
    .where(
      equal({
        office,
        service,
        channel,
        applicant_id: applicant,
        sla_status: slaStatus,
        service_unit: serviceUnit,
        due_on: dueOn,
      }),
    )
    .where(within('submitted_on', submitted))
    .$if(ended !== undefined || dueOn !== undefined, (query) =>
      query.where('ended', '=', ended === true ? 1 : 0),
    )
    .$if(number !== undefined, (query) =>
      query.where('id', 'in', (eb) =>
        eb
          .selectFrom('issued')
          .select('application')
          .where('number', '=', numberKey(number ?? '')),
      ),
    )
    .where(places(filter))
    .where(ends(filter))
    .where(visited(filter));
}

/** Where it is now: its state, the unit and the holder are those of one place. */
function places({ unit, state, holder }: ApplicationFilter): RawBuilder<boolean> {
  if (unit === undefined && state === undefined && holder === undefined) return sql`1 = 1`;
  return sql`EXISTS (
    SELECT 1 FROM application_states AS place WHERE place.application = applications.id
    AND ${equal({ 'place.unit': unit, 'place.state': state, 'place.assignee': holder })}
  )`;
}

function ends({ office, endedOn, outcome }: ApplicationFilter): RawBuilder<boolean> {
  if (endedOn === undefined && outcome === undefined) return sql`1 = 1`;
  return sql`id IN (
    SELECT application FROM finished
    WHERE ${equal({ office, outcome })} AND ${within('ended_on', endedOn)}
  )`;
}

function visited({ office, visit }: ApplicationFilter): RawBuilder<boolean> {
  if (visit === undefined) return sql`1 = 1`;
  const { step, unit, officer, left, kept } = visit;
  const isKept = kept === undefined ? sql`1 = 1` : sql`kept = ${kept ? 1 : 0}`;
  const visits = sql`
    FROM visits WHERE ${equal({ 'visits.office': office, state: step, unit, officer })}
    AND ${within('left_on', left)} AND ${isKept}
  `;
  // By officer there is an index; by application there is the key.
  return officer === undefined
    ? sql`EXISTS (SELECT 1 ${visits} AND visits.application = applications.id)`
    : sql`id IN (SELECT application ${visits})`;
}

function within(column: string, dates: Dates | undefined): RawBuilder<boolean> {
  const { from, to } = dates ?? {};
  const since = from === undefined ? sql`1 = 1` : sql`${sql.ref(column)} >= ${from}`;
  const until = to === undefined ? sql`1 = 1` : sql`${sql.ref(column)} <= ${to}`;
  return sql`${since} AND ${until}`;
}
