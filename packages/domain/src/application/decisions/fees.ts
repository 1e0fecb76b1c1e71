import { accessUnmet } from '../access.ts';
import { outstandingFee, type Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';
import { ended, notAtDesk } from './desk.ts';

/** Says what is owed; again, to replace what was said before. */
export function assessFee(
  application: Application,
  assessment: CommandOf<'assess-fee'>,
  { service, actor }: DecisionContext,
): Decision {
  const { fee } = service.definition;
  if (fee.kind !== 'assessed') return refused({ type: 'no-fee-to-assess' });
  const desk = notAtDesk(service, application, actor, fee.assessedBy);
  if (desk) return refused(desk);
  return recorded({ type: 'FeeAssessed', data: assessment });
}

/** Takes a payment in: each reference once, and never more than is owed. */
export function receivePayment(
  application: Application,
  payment: CommandOf<'receive-payment'>,
  { service, actor }: DecisionContext,
): Decision {
  const { fee } = service.definition;
  if (fee.kind === 'free') return refused({ type: 'no-fee-due' });
  const access = accessUnmet(application, actor, fee.receivedBy);
  if (access) return refused(access);
  if (application.ended) return refused(ended(application.ended));
  const { amount, reference } = payment;
  if (application.payments.some((earlier) => earlier.reference === reference)) {
    return refused({ type: 'payment-already-received', reference });
  }
  const outstanding = outstandingFee(application);
  if (outstanding === 0) return refused({ type: 'no-fee-due' });
  if (amount > outstanding) return refused({ type: 'payment-exceeds-fee', amount, outstanding });
  return recorded({ type: 'PaymentReceived', data: payment });
}
