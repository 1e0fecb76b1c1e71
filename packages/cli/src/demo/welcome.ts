import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalIssuer } from '@satu-atap/api';
import { builtInRoles, type Offices } from '@satu-atap/domain';
import { staffOf } from '@satu-atap/domain/simulation';
import type { Engine } from '../engine.ts';

type Person = { variable: string; roles: string[]; unit?: string; office?: string };

const hours = 12;

/**
 * Says where the engine is and whom one can be, with three things to try. The tokens also go into a
 * file that a shell can read, so that the commands run as printed.
 */
export async function welcome(
  engine: Pick<Engine, 'url' | 'readModels' | 'services'>,
  issuer: LocalIssuer,
  data: string,
  offices: Offices,
): Promise<void> {
  const office = offices.keys().next().value ?? '';
  const people = await everybody(engine, office);
  const lines: string[] = [];
  const shell: string[] = [];
  for (const { variable, ...claims } of people) {
    const sub = variable.toLowerCase().replaceAll('_', '-');
    const token = await issuer.token({ sub, name: sub, ...claims, expiresIn: hours * 3600 });
    lines.push(`  ${[...claims.roles, claims.unit].filter(Boolean).join(', ')}\n    ${token}`);
    shell.push(`${variable}=${token}`);
  }
  const file = join(data, 'demo-tokens.sh');
  await writeFile(file, `${shell.join('\n')}\n`, { mode: 0o600 });

  const { url } = engine;
  const offered = await engine.readModels.services.list();
  const units = Map.groupBy(offered, ({ unit }) => unit);
  const as = (variable: string) => `-H "Authorization: Bearer $${variable}"`;
  const service = offered[0]?.id;
  const officer = people.find(
    ({ unit, roles }) => unit && !roles.includes(builtInRoles.supervisor),
  );
  const commands = [
    ...(service ? [`curl -s ${url}/api/v1/services/${service} ${as('APPLICANT')}`] : []),
    ...(officer ? [`curl -s "${url}/api/v1/worklist?limit=3" ${as(officer.variable)}`] : []),
    `curl -s ${url}/api/v1/counts ${as('SUPERVISOR')}`,
  ];
  process.stdout.write(`
Satu Atap runs at ${url}
  API, to read and try:  ${url}/docs
  Services:              ${offered.length}, of ${units.size} units

Tokens of office ${office}, valid for ${hours} hours (also in ${file}; others: npm run satu-atap -- token --help):
${lines.join('\n')}

Try, in a second terminal in this folder:
${commands.map((command) => `  . ${file}; ${command}`).join('\n')}

`);
}

/** One of every role that the published services name, and those that the engine knows itself. */
async function everybody(
  { readModels, services }: Pick<Engine, 'readModels' | 'services'>,
  office: string,
): Promise<Person[]> {
  const rows = await readModels.services.list();
  const perUnit = Map.groupBy(rows, ({ unit }) => unit);
  // Of the unit with most services first: there is most to see for its officers.
  const busiestFirst = [...perUnit.values()].toSorted((a, b) => b.length - a.length).flat();
  const officers = new Map<string, Person>();
  for (const { id, unit } of busiestFirst) {
    const service = await services.newest(id);
    for (const { roles, unit: at = unit } of service ? staffOf(service, office) : []) {
      const variable = roles.join('_').toUpperCase().replaceAll('-', '_');
      if (!officers.has(variable)) officers.set(variable, { variable, roles, unit: at, office });
    }
  }
  const unit = busiestFirst[0]?.unit;
  return [
    { variable: 'APPLICANT', roles: [builtInRoles.applicant] },
    ...officers.values(),
    { variable: 'SUPERVISOR', roles: [builtInRoles.supervisor], ...(unit ? { unit } : {}), office },
    { variable: 'AUDITOR', roles: [builtInRoles.auditor] },
  ];
}
