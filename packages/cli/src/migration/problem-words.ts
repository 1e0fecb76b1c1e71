import type { MigrationNote, MigrationProblem } from '@satu-atap/domain';

const names = (all: readonly string[]) => all.map((name) => `"${name}"`).join(', ');

/** What stands in the way, and what somebody has to decide. */
export function problemWords(problem: MigrationProblem, version: number): string {
  const it = `version ${version}`;
  switch (problem.type) {
    case 'state-gone':
      return `"${problem.state}" is no state of ${it}: say where it goes, --map ${problem.state}=<state>`;
    case 'mapped-to-unknown':
      return `"${problem.state}" is mapped to "${problem.target}", which is no state of ${it}: map it to another`;
    case 'unit-changed':
      return (
        `"${problem.state}" belongs to the unit ${problem.after} there, not to ${problem.before}: ` +
        `confirm with --map ${problem.state}=${problem.state}, or name another state`
      );
    case 'states-exclude-each-other':
      return `${it} is never in ${names(problem.states)} at once: map them into one of these`;
    case 'region-without-place':
      return (
        `"${problem.state}" has more parallel work there, ${names(problem.regions)}: map one of the ` +
        `file's states to ${problem.state} to begin it, or all of them to another state`
      );
    case 'would-end':
      return `the file would end there with "${problem.outcome}", and moving decides nothing: map it to a state that goes on`;
    case 'nobody-could-act':
      return `nobody has an action in ${names(problem.states)} there: map it to a state that goes on`;
    case 'condition-undefined':
      return (
        `conditions of ${it} read ${names(problem.fields)}, which the file lacks and no action sets: ` +
        'publish a version with an action that `sets` it, or whose condition asks has(data.…)'
      );
    case 'four-eyes-lost':
      return (
        `four eyes ask there who took ${names(problem.asked)}; this file took ${names(problem.taken)}, ` +
        'about which they asked until now: publish a version in which the action keeps its name'
      );
    case 'fee-never-assessed':
      return (
        'the fee is assessed at submission there, and this file was submitted without one: ' +
        'publish a version with an assessed fee, or let it end under its own version'
      );
  }
}

/** What the new version asks at submission and files do not have: they move all the same. */
export function noteWords(note: MigrationNote): string {
  switch (note.type) {
    case 'field-missing':
      return `no value for the required field "${note.field}"`;
    case 'field-not-valid':
      return `a value of "${note.field}" that the form would not take any more`;
    case 'document-missing':
      return `no "${note.document}", which is required now`;
  }
}
