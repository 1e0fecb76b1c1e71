import type { LogAttributeType, LogImportBegun } from '@satu-atap/domain';
import { LogFault } from '../log-fault.ts';

/** Which columns say what; what is absent is found by the names that tools give them. */
export type ColumnFlags = {
  case?: string;
  activity?: string;
  timestamp?: string;
  resource?: string;
  lifecycle?: string;
};

/** What the cells of a column become. */
export type Column = NonNullable<LogImportBegun['csv']>['columns'][number] & {
  type: LogAttributeType;
  isCase?: true;
};

type Role = keyof ColumnFlags;

/** Names that pm4py, Disco, Celonis and others give, without case, blanks and signs between words. */
const usual: Record<Role, readonly string[]> = {
  case: ['case:concept:name', 'caseid', 'case', 'casename', 'traceid', 'trace', 'casekey'],
  activity: ['concept:name', 'activity', 'activityname', 'event', 'task', 'activityen'],
  timestamp: [
    'time:timestamp',
    'completetimestamp',
    'timestamp',
    'completetime',
    'time',
    'date',
    'eventtime',
  ],
  resource: ['org:resource', 'resource', 'user', 'originator'],
  lifecycle: ['lifecycle:transition', 'lifecycle', 'transition'],
};

const keys: Record<Role, string> = {
  case: 'concept:name',
  activity: 'concept:name',
  timestamp: 'time:timestamp',
  resource: 'org:resource',
  lifecycle: 'lifecycle:transition',
};

/** Attributes of cases, as pm4py and Disco mark them. */
const ofCase = /^(?:case:|\(case\) )(.+)$/;

/**
 * What each column of a file holds.
 *
 * @throws LogFault naming the columns that there are, when one that is needed is not among them
 */
export function columnsOf(names: readonly string[], flags: ColumnFlags): Column[] {
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new LogFault(`has two columns "${twice}"; rename one of them`, { line: 1, column: 1 });
  }
  const roles = new Map<number, Role>();
  for (const role of ['case', 'activity', 'timestamp', 'resource', 'lifecycle'] as const) {
    const index = found(names, role, flags[role]);
    if (index !== undefined) roles.set(index, role);
  }
  return names.map((name, index): Column => {
    const column = name === '' ? `column-${index + 1}` : name;
    const role = roles.get(index);
    if (role === 'case') {
      return { column, of: 'case', key: keys.case, type: 'string', isCase: true };
    }
    if (role) {
      const type = role === 'timestamp' ? 'date' : 'string';
      return { column, of: 'event', key: keys[role], type };
    }
    const [, key] = ofCase.exec(column) ?? [];
    return key === undefined
      ? { column, of: 'event', key: column, type: 'string' }
      : { column, of: 'case', key, type: 'string' };
  });
}

function found(
  names: readonly string[],
  role: Role,
  wanted: string | undefined,
): number | undefined {
  const known = names.map((name) => `"${name}"`).join(', ');
  if (wanted !== undefined) {
    const index = names.indexOf(wanted);
    if (index >= 0) return index;
    throw new LogFault(`has no column "${wanted}" (--${role}); it has ${known}`, {
      line: 1,
      column: 1,
    });
  }
  const plain = names.map((name) => name.toLowerCase().replaceAll(/[\s_-]/g, ''));
  for (const name of usual[role]) {
    const index = plain.indexOf(name);
    if (index >= 0) return index;
  }
  if (role === 'resource' || role === 'lifecycle') return undefined;
  throw new LogFault(`needs to be told with --${role} which column is the ${role}: ${known}`, {
    line: 1,
    column: 1,
  });
}
