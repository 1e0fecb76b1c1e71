import type { ServiceDefinitionInput } from '@satu-atap/domain';
import { digitGraph, isEnd, nameOf, type DigitGraph, type Move } from './digit-graph.ts';
import { reportLeftovers } from './digit-leftovers.ts';
import { kebabCase, wordsOf } from './digit-names.ts';
import { Naming } from './digit-naming.ts';
import type { ImportReport } from './digit-report.ts';
import type { DigitService, DigitState } from './digit-service.ts';
import { StateConversion } from './digit-states.ts';
import { defaultStandard, noStandardNote } from './digit-time.ts';

export type Converted = {
  definition: ServiceDefinitionInput;
  /** State → what DIGIT calls it, and the status it shows where that is another. */
  remarks: Map<string, string>;
};

/** What a service is called here, `<unit>.<name>`, where the file leaves it open. */
export type Called = { unit: string | undefined; name: (wanted: string) => string };

/**
 * A DIGIT workflow as a service definition; what was chosen and left out goes into the report.
 *
 * @throws NotImportableError with reasons that a person can act on
 */
export function convertDigit(
  service: DigitService,
  called: Called,
  report: ImportReport,
): Converted {
  const owner = ownerOf(service, called.unit, report);
  const graph = digitGraph(service, report);
  const beginning = beginningOf(graph, report);
  report.stopAtFaults();
  const states = graph.states.filter((state) => !beginning.folded || state !== graph.start);
  const naming = new Naming(states);
  const conversion = new StateConversion(graph, states, naming, report);
  const definition: ServiceDefinitionInput = {
    id: called.name(`${owner}.${nameFor(service, report)}`),
    kind: kindOf(service, report),
    title: naming.properTitle(titleFor(service)),
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
  for (const decision of naming.decisions) report.decided.add(decision);
  report.decided.add(
    'CITIZEN, where it is named, is the role "applicant", who acts on their own files only',
  );
  report.decided.add(
    `DIGIT knows no units: all officers are of "${owner}"; give a state its \`unit\` where others act`,
  );
  reportLeftovers(service, report);
  return {
    definition,
    remarks: new Map(states.map((state) => [naming.state(state), remarkOn(state)])),
  };
}

const longestName = 56;

function ownerOf({ business, line }: DigitService, unit: string | undefined, report: ImportReport) {
  const owner =
    unit ??
    kebabCase(business ?? '')
      .slice(0, longestName)
      .replace(/-$/, '');
  if (owner === '') {
    report.fault(line, 'the service names no business; name the unit with --unit');
  } else if (unit === undefined) {
    report.decided.add(`The unit is named after the business ${business}; --unit names another`);
  } else if (business) {
    report.notCarried.add(`The business ${business}: the unit is ${unit}`);
  }
  return owner;
}

function nameFor({ businessService, line }: DigitService, report: ImportReport): string {
  const plain = kebabCase(businessService);
  const name = plain === '' ? 'service' : plain.slice(0, longestName).replace(/-$/, '');
  if (name !== plain) report.decided.add(`The service ${businessService} is named "${name}"`, line);
  return name;
}

function titleFor({ businessService }: DigitService): string {
  const words = wordsOf(businessService).join(' ');
  return words === '' || /[^\x20-\x7e]/.test(businessService) ? businessService : words;
}

function kindOf({ business }: DigitService, report: ImportReport): 'permit' | 'non-permit' {
  const kind = /^(tl|bpa|fire|noc)/i.test(business ?? '') ? 'permit' : 'non-permit';
  report.decided.add(`DIGIT does not say whether this is a permit: it is taken for a ${kind}`);
  return kind;
}

function standardOf(
  { businessServiceSla, businessService, line }: DigitService,
  conversion: StateConversion,
  report: ImportReport,
): ServiceDefinitionInput['standard'] {
  const source = `DIGIT workflow ${businessService}`;
  if (businessServiceSla !== null) {
    return { time: conversion.duration(businessServiceSla, 'the service', line), source };
  }
  const { amount, unit } = defaultStandard;
  report.decided.add(
    `No time is promised for the service: ${amount} ${unit} are put in its place; see standard.note`,
    line,
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
    const message = `${nameOf(start)} is the start and has no actions, so nothing ever begins; give it one`;
    report.fault(start.line, message);
    return { initial: start, actions, folded: false };
  }
  const returning = [...moves].flatMap(([state, those]) =>
    those
      .filter(({ target }) => target === start && state !== start)
      .map(({ action }) => `${action} of ${nameOf(state)}`),
  );
  const single = actions.every(({ target }) => target === first.target && target !== start);
  const over = isEnd(first.target, moves.get(first.target) ?? []);
  const folded = start.state === null && single && returning.length === 0 && !over;
  if (folded) {
    const names = [...new Set(actions.map(({ action }) => action))].join(' and ');
    report.decided.add(
      `The start, before an application exists, with its action ${names}, is the submission: ` +
        `applications begin in ${nameOf(first.target)}`,
      start.line,
    );
    if (start.sla !== null) {
      report.notCarried.add(
        `The time of the unnamed start, ${start.sla} ms: it is no state here`,
        start.line,
      );
    }
    return { initial: first.target, actions, folded };
  }
  if (start.state === null) {
    const why =
      returning.length > 0
        ? `${returning.join(', ')} leads back to it`
        : single
          ? 'its action leads to an end'
          : 'it leaves a choice';
    report.decided.add(
      `The unnamed start is a state, "start", because ${why}: whoever acts there may submit`,
      start.line,
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
