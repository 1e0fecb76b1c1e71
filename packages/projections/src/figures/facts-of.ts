import { fileTimes, staysOf, type FileTimes, type Stay } from '@satu-atap/domain';
import type { ApplicationView } from '../projector/projection.ts';

/** What figures are made of, for one view of an application. */
export type FigureFacts = { stays: Stay[]; times: FileTimes | undefined };

/** Several figures ask for the same view, and again when the next one takes its place. */
const known = new WeakMap<ApplicationView, FigureFacts>();

export function factsOf(view: ApplicationView): FigureFacts {
  const there = known.get(view);
  if (there) return there;
  const { application, service, clocks, calendars, earlier } = view;
  const stays = staysOf(application, { service, earlier, clocks, calendars });
  const times = application.ended ? fileTimes(clocks, stays, calendars) : undefined;
  const facts = { stays, times };
  known.set(view, facts);
  return facts;
}

/** Whole seconds of a time in milliseconds. */
export function seconds(time: number): number;
export function seconds(time: number | undefined): number | undefined;
export function seconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.round(time / 1000);
}
