import { z } from 'zod';
import type { ApplicationEvent } from '../application/events.ts';
import { formFieldsIn } from '../personal-data/sealed.ts';
import type { CompiledService } from '../service/compile.ts';
import type { FindingReason } from './finding.ts';

/** What a check is about, and what of it cannot be known any more. */
export type Doubt = {
  service: CompiledService;
  /** Personal data that are erased, as `Application.erased` has them. */
  erased: readonly string[];
};

type EventData = Readonly<Record<string, unknown>>;

/**
 * The data of a recorded event, and of the one that would be, without what lies in the recorded one's box:
 * all else can still be held against the rules.
 */
export function comparable(stored: ApplicationEvent, decided: EventData): [EventData, EventData] {
  const box = 'sealed' in stored.data ? stored.data.sealed : undefined;
  if (!box) return [stored.data, decided];
  const open = (data: EventData) => box.fields.reduce(without, without(data, 'sealed'));
  return [withoutEmptyForm(open(stored.data)), withoutEmptyForm(open(decided))];
}

/** @param path a key, or one and a key in what it holds: `data.ownerName` */
function without(data: EventData, path: string): EventData {
  const dot = path.indexOf('.');
  const key = dot < 0 ? path : path.slice(0, dot);
  const { [key]: value, ...rest } = data;
  if (dot < 0 || typeof value !== 'object' || value === null) return rest;
  return { ...rest, [key]: without(value as EventData, path.slice(dot + 1)) };
}

/** A step whose every field is sealed keeps a form without any. */
function withoutEmptyForm({ data: form, ...rest }: EventData): EventData {
  const isEmpty = typeof form === 'object' && form !== null && Object.keys(form).length === 0;
  return form === undefined || isEmpty ? rest : { ...rest, data: form };
}

/**
 * Whether a rule may only seem broken because it reads what is erased: a condition, a required field of
 * the form, a row of a fee table, a state that routes by itself, the plan of a migration.
 */
export function mayRestOnErased(
  event: ApplicationEvent,
  reason: FindingReason,
  { service: { definition }, erased }: Doubt,
): boolean {
  const lost = formFieldsIn(erased);
  if (lost.length === 0) return false;
  const reads = (rules: unknown) => {
    const text = JSON.stringify(rules);
    return lost.some((field) => text.includes(field));
  };
  const readsForFee = () => definition.fee.kind === 'table' && reads(definition.fee.rows);
  if (reason.finding === 'refused') {
    const { refusal } = reason;
    if (refusal.type === 'guard-not-met') return refusal.unmet.guard === 'erased';
    if (refusal.type !== 'invalid-data') return refusal.type === 'cannot-migrate';
    return refusal.issues.every(({ field }) => lost.includes(field));
  }
  if (reason.finding === 'left-out') return reason.shouldBe === 'FeeAssessed' && readsForFee();
  if (event.type === 'FeeAssessed') return readsForFee();
  if (reason.finding !== 'recorded-otherwise') return false;
  if (event.type === 'ApplicationMigrated') return true;
  const isWhereItLeads = ['state', 'to', 'outcome'].includes(reason.path.split('.')[0] ?? '');
  return isWhereItLeads && reads(definition.workflow);
}

/** Whether the form as it was submitted lacks something. */
export function isFormRefused(reason: FindingReason): boolean {
  return reason.finding === 'refused' && reason.refusal.type === 'invalid-data';
}

const anyForm = z.record(z.string(), z.unknown());

/** The same rules, whatever the form holds: to decide the rest, where required fields are erased. */
export function withAnyForm(service: CompiledService): CompiledService {
  return { ...service, form: anyForm };
}
