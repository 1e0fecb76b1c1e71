import type { Application } from './application.ts';
import type { ApplicationCommand } from './commands.ts';
import { assign, release } from './decisions/assignment.ts';
import { actOnClock } from './decisions/act-on-clock.ts';
import { markClock } from './decisions/clock-marks.ts';
import type { Decision, DecisionContext } from './decisions/decision.ts';
import { attachDocument, judgeDocument } from './decisions/documents.ts';
import { assessFee, receivePayment } from './decisions/fees.ts';
import { migrate } from './decisions/migrate.ts';
import { addNote } from './decisions/notes.ts';
import { parkClock } from './decisions/park-clock.ts';
import { submit } from './decisions/submit.ts';
import { takeStep } from './decisions/take-step.ts';
import { refused } from './refusal.ts';

export type { Decision, DecisionContext } from './decisions/decision.ts';

/** Decides a command on an application: pure, total, no clock and no randomness. */
export function decide(
  application: Application | undefined,
  command: ApplicationCommand,
  context: DecisionContext,
): Decision {
  if (command.type === 'submit') {
    return application ? refused({ type: 'application-exists' }) : submit(command.data, context);
  }
  if (!application) return refused({ type: 'application-not-found' });

  switch (command.type) {
    case 'take-step':
      return takeStep(application, command.data, context);
    case 'attach-document':
      return attachDocument(application, command.data, context);
    case 'verify-document':
    case 'reject-document':
      return judgeDocument(application, command, context);
    case 'assess-fee':
      return assessFee(application, command.data, context);
    case 'receive-payment':
      return receivePayment(application, command.data, context);
    case 'assign':
      return assign(application, command.data, context);
    case 'release':
      return release(application, command.data, context);
    case 'add-note':
      return addNote(application, command.data, context);
    case 'mark-clock':
      return markClock(application, command.data, context);
    case 'act-on-clock':
      return actOnClock(application, command.data, context);
    case 'park-clock':
      return parkClock(application, command.data, context);
    case 'migrate':
      return migrate(application, command.data, context);
  }
}
