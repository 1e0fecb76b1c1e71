import type { ServiceDefinitionInput } from '@satu-atap/domain';
import { defaultStandard, noStandardNote } from './digit-duration.ts';
import {
  digitGraph,
  nameOf,
  NotImportableError,
  type DigitGraph,
  type Move,
} from './digit-graph.ts';
import { leftovers } from './digit-leftovers.ts';
import { kebabCase, wordsOf } from './digit-names.ts';
import { Naming } from './digit-naming.ts';
import type { ImportReport } from './digit-report.ts';
import type { DigitService, DigitState } from './digit-service.ts';
import { StateConversion } from './digit-states.ts';

export type Converted = {
  definition: ServiceDefinitionInput;
  report: ImportReport;
  /** State → what DIGIT calls it, and the status it shows where that is another. */
  remarks: Map<string, string>;
};

/**
 * A DIGIT workflow as a service definition.
 *
 * @param unit the unit that owns the service, its `business` by default
 * @throws NotImportableError, UnusableNameError with a reason that a person can act on
 */
export function convertDigit(service: DigitService, unit: string | undefined): Converted {
  const report: ImportReport = { decided: [], notCarried: [] };
  const owner = ownerOf(service, unit, report);
  const graph = digitGraph(service, report);
  const beginning = beginningOf(graph, report);
  const states = graph.states.filter((state) => !beginning.folded || state !== graph.start);
  const naming = new Naming(states);
  const conversion = new StateConversion(graph, naming, report);
  const definition: ServiceDefinitionInput = {
    id: `${owner}.${kebabCase(service.businessService)}`,
    kind: kindOf(service, report),
    title: naming.properTitle(wordsOf(service.businessService).join(' ')),
    unit: owner,
    standard: standardOf(service, conversion, report),
    submittedBy: naming.roles(beginning.actions.flatMap(({ roles }) => roles)),
    workflow: {
      initial: naming.state(beginning.initial),
      states: Object.fromEntries(
        states.map((state) => [naming.state(state), conversion.convert(state)]),
      ),
    },
  };
  report.decided.push(
    ...naming.decisions,
    'CITIZEN, where it is named, is the role "applicant", who acts on their own files only.',
    `DIGIT knows no units: all officers are of "${owner}"; give a state its \`unit\` where others act.`,
  );
  report.notCarried.push(...leftovers(service));
  return {
    definition,
    report: { ...report, decided: [...new Set(report.decided)] },
    remarks: new Map(states.map((state) => [naming.state(state), remarkOn(state)])),
  };
}

function ownerOf({ business }: DigitService, unit: string | undefined, report: ImportReport) {
  const owner = unit ?? kebabCase(business ?? '');
  if (owner === '') {
    throw new NotImportableError('the file names no business; name the unit with --unit');
  }
  if (unit === undefined) {
    report.decided.push(`The unit is named after the business ${business}; --unit names another.`);
  } else if (business) {
    report.notCarried.push(`The business ${business}: the unit is ${unit}.`);
  }
  return owner;
}

function kindOf({ business }: DigitService, report: ImportReport): 'permit' | 'non-permit' {
  const kind = /^(tl|bpa|fire|noc)/i.test(business ?? '') ? 'permit' : 'non-permit';
  report.decided.push(`DIGIT does not say whether this is a permit: it is taken for a ${kind}.`);
  return kind;
}

function standardOf(
  { businessServiceSla, businessService }: DigitService,
  conversion: StateConversion,
  report: ImportReport,
): ServiceDefinitionInput['standard'] {
  const source = `DIGIT workflow ${businessService}`;
  if (businessServiceSla !== null) {
    return { time: conversion.duration(businessServiceSla, 'the service'), source };
  }
  const { amount, unit } = defaultStandard;
  report.decided.push(
    `No time is promised for the service: ${amount} ${unit} are put in its place; see standard.note.`,
  );
  return { time: defaultStandard, source, note: noStandardNote };
}

type Beginning = {
  initial: DigitState;
  /** The actions of DIGIT's start: whoever takes them may submit. */
  actions: readonly Move[];
  /** Whether DIGIT's start is the submission itself and no state here. */
  folded: boolean;
};

/**
 * Before an application exists DIGIT has a state with, mostly, one way out: that is submitting.
 * Where it has several ways, or files come back to it, it is a state in which somebody chooses.
 */
function beginningOf({ start, moves }: DigitGraph, report: ImportReport): Beginning {
  const actions = moves.get(start) ?? [];
  const [first] = actions;
  if (!first) {
    throw new NotImportableError(
      `${nameOf(start)} is the start and has no actions, so nothing ever begins; give it one`,
    );
  }
  const returning = [...moves].flatMap(([state, those]) =>
    those
      .filter(({ target }) => target === start && state !== start)
      .map(({ action }) => `${action} of ${nameOf(state)}`),
  );
  const single = actions.every(({ target }) => target === first.target);
  const folded =
    start.state === null && single && returning.length === 0 && !first.target.isTerminateState;
  if (folded) {
    const names = [...new Set(actions.map(({ action }) => action))].join(' and ');
    report.decided.push(
      `The start, before an application exists, with its action ${names}, is the submission: ` +
        `applications begin in ${nameOf(first.target)}.`,
    );
    return { initial: first.target, actions, folded };
  }
  if (start.state === null) {
    const why =
      returning.length > 0 ? `${returning.join(', ')} leads back to it` : 'it leaves a choice';
    report.decided.push(
      `The unnamed start is a state, "start", because ${why}: whoever acts there may submit.`,
    );
  }
  return { initial: start, actions, folded };
}

function remarkOn(state: DigitState): string {
  const { applicationStatus } = state;
  return applicationStatus && applicationStatus !== state.state
    ? `${nameOf(state)}, shown as ${applicationStatus}`
    : nameOf(state);
}
