import type { Node } from 'jsonc-parser';
import { Fields, clean } from './digit-fields.ts';
import type { Source } from './digit-find.ts';
import { NotImportableError, type ImportReport } from './digit-report.ts';
import { anybody, rolesOf } from './digit-roles.ts';
import { timeOf } from './digit-time.ts';

/** A DIGIT workflow action, its oddities of writing evened out. */
export type DigitAction = {
  action: string;
  nextState: string | null;
  roles: string[];
  tenantId: string | null;
  currentState: string | null;
  line: number;
};

export type DigitState = {
  /** Null before the application exists. */
  state: string | null;
  /** Ids that actions may name it by. */
  uuids: string[];
  tenantId: string | null;
  applicationStatus: string | null;
  /** Milliseconds. */
  sla: number | null;
  isStartState: boolean;
  isTerminateState: boolean;
  docUploadRequired: boolean;
  isStateUpdatable: boolean;
  actions: DigitAction[];
  line: number;
};

/** One `BusinessService` of the DIGIT platform. */
export type DigitService = {
  businessService: string;
  business: string | null;
  tenantId: string | null;
  /** Milliseconds. */
  businessServiceSla: number | null;
  states: DigitState[];
  line: number;
};

/** More than any workflow has; a definition of so many would take long to check, and be of no use. */
const mostStates = 500;
const mostActions = 2000;

const serviceKeys = ['businessService', 'business', 'tenantId', 'businessServiceSla', 'states'];
const stateKeys = [
  'state',
  'uuid',
  'tenantId',
  'applicationStatus',
  'sla',
  'isStartState',
  'isTerminateState',
  'docUploadRequired',
  'isStateUpdatable',
  'actions',
];
const actionKeys = ['action', 'tenantId', 'nextState', 'currentState', 'roles', 'active'];

/** @throws NotImportableError when it is too large; whatever else is wrong stands in the report */
export function readService(node: Node, source: Source, report: ImportReport): DigitService {
  const fields = new Fields(node, serviceKeys, source, report);
  const businessService = fields.text('businessService');
  if (businessService === null)
    report.fault(fields.line, 'the service has no name; give it a "businessService"');
  const items = fields.list('states');
  const count = items.reduce((sum, item) => sum + sizeOf(item), 0);
  if (items.length > mostStates || count > mostActions) {
    const message = `${items.length} states with ${count} actions are too many: at most ${mostStates} with ${mostActions}; split the service`;
    throw new NotImportableError([{ line: fields.line, message }]);
  }
  const service: DigitService = {
    businessService: businessService ?? '(no name)',
    business: fields.text('business'),
    tenantId: fields.text('tenantId'),
    businessServiceSla: timeOf(fields, 'businessServiceSla', 'the service', report),
    states: items.flatMap((item) => readState(item, source, report) ?? []),
    line: fields.line,
  };
  if (items.length === 0)
    report.fault(fields.lineOf('states'), 'the service has no states; list them under "states"');
  for (const action of service.states.flatMap(({ actions }) => actions)) {
    if (action.roles.includes(anybody)) action.roles = everybody(service, action, report);
  }
  return service;
}

/** How many actions a state lists, before anything of it is read. */
function sizeOf(state: Node): number {
  const lists = (state.children ?? []).flatMap(
    ({ children }) => children?.[1]?.children?.length ?? [],
  );
  return Math.max(0, ...lists);
}

function readState(node: Node, source: Source, report: ImportReport): DigitState | undefined {
  if (node.type !== 'object') {
    report.fault(
      source.lineOf(node.offset),
      `there is ${written(node)} among the states; states are objects`,
    );
    return undefined;
  }
  const fields = new Fields(node, stateKeys, source, report);
  const state = fields.text('state');
  const uuid = fields.text('uuid');
  return {
    state,
    uuids: uuid === null ? [] : [uuid],
    tenantId: fields.text('tenantId'),
    applicationStatus: fields.text('applicationStatus'),
    sla: timeOf(fields, 'sla', state ?? 'the unnamed start', report),
    isStartState: fields.flag('isStartState'),
    isTerminateState: fields.flag('isTerminateState'),
    docUploadRequired: fields.flag('docUploadRequired'),
    isStateUpdatable: fields.flag('isStateUpdatable'),
    actions: fields
      .list('actions')
      .flatMap((item) => readAction(item, state, source, report) ?? []),
    line: fields.line,
  };
}

function readAction(
  node: Node,
  of: string | null,
  source: Source,
  report: ImportReport,
): DigitAction | undefined {
  if (node.type !== 'object') {
    report.fault(
      source.lineOf(node.offset),
      `there is ${written(node)} among the actions; actions are objects`,
    );
    return undefined;
  }
  const fields = new Fields(node, actionKeys, source, report);
  const state = of ?? 'the unnamed start';
  const name = fields.text('action');
  const roles = rolesOf(fields, report);
  const nextState = fields.text('nextState');
  if (name === null)
    report.fault(fields.line, `an action of the state ${state} has no name; give it an "action"`);
  if (!fields.flag('active', true)) {
    report.notCarried.add(
      `The action ${name} of ${state} to ${nextState ?? 'nowhere'} for ${roles.join(', ')}: it is not active`,
      fields.line,
    );
    return undefined;
  }
  return {
    action: name ?? '(no name)',
    nextState,
    roles,
    tenantId: fields.text('tenantId'),
    currentState: fields.text('currentState'),
    line: fields.line,
  };
}

function everybody({ states }: DigitService, action: DigitAction, report: ImportReport): string[] {
  const named = states.flatMap(({ actions }) => actions.flatMap(({ roles }) => roles));
  const roles = [...new Set(named)].filter((role) => role !== anybody);
  if (roles.length === 0) roles.push('CITIZEN');
  report.decided.add(
    `The role * of ${action.action} stands for anybody: these are all roles of the service`,
    action.line,
  );
  return roles;
}

function written(node: Node): string {
  return node.children ? `a ${node.type}` : `"${clean(String(node.value))}"`;
}
