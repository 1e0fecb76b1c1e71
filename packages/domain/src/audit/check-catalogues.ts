import type { EventMetadata } from '../application/events.ts';
import { isRefused, type Refused } from '../application/refusal.ts';
import { decideService, type ServiceCommand } from '../service/decide-service.ts';
import type { NumberEvent } from '../service/number-series.ts';
import { evolveService, type Service, type ServiceEvent } from '../service/service.ts';
import {
  decidePublishCalendar,
  type CalendarEvent,
  type CalendarReference,
} from '../sla/calendar-versions.ts';
import type { FindingReason } from './finding.ts';
import { jsonDifference } from './json-difference.ts';

type Recorded<Event> = { revision: number; event: Event; metadata: EventMetadata };

/**
 * Holds what was recorded of one service against what would have been decided, event by event: its versions
 * in their order, each with the digest of its content, by somebody who may publish it.
 */
export class ServiceCheck {
  readonly #id: string;
  #service: Service | undefined;

  /** @param id as the stream is named */
  constructor(id: string) {
    this.#id = id;
  }

  check({ event, metadata }: Recorded<ServiceEvent>): FindingReason[] {
    const before = this.#service;
    this.#service = evolveService(before, event, metadata);
    if (event.type === 'ServicePublished' && event.data.definition.id !== this.#id) {
      return [{ finding: 'other-stream', shouldBe: event.data.definition.id }];
    }
    return compared(event, decideService(this.#id, before, commandOf(event), metadata.actor));
  }
}

/** Holds what was recorded of one calendar against what would have been decided, event by event. */
export class CalendarCheck {
  readonly #id: string;
  #newest: CalendarReference | undefined;

  /** @param id as the stream is named */
  constructor(id: string) {
    this.#id = id;
  }

  check({ event, metadata }: Recorded<CalendarEvent>): FindingReason[] {
    const { definition, version, digest } = event.data;
    const decision = decidePublishCalendar(this.#newest, definition, metadata.actor);
    this.#newest = { id: definition.id, version, digest };
    const otherwise = compared(event, decision);
    return definition.id === this.#id
      ? otherwise
      : [...otherwise, { finding: 'other-stream', shouldBe: definition.id }];
  }
}

/** The n-th event of a series reserves the number n. */
export function checkNumber({ revision, event }: Recorded<NumberEvent>): FindingReason[] {
  const { sequence } = event.data;
  const shouldBe = revision + 1;
  return sequence === shouldBe
    ? []
    : [{ finding: 'recorded-otherwise', path: 'sequence', is: sequence, shouldBe }];
}

function commandOf(event: ServiceEvent): ServiceCommand {
  switch (event.type) {
    case 'ServicePublished':
      return { type: 'publish', data: { definition: event.data.definition, again: true } };
    case 'ServiceRetired':
      return { type: 'retire', data: event.data };
    case 'ServiceReinstated':
      return { type: 'reinstate', data: event.data };
    case 'VersionWithdrawn':
      return { type: 'withdraw', data: event.data };
  }
}

function compared(
  event: ServiceEvent | CalendarEvent,
  decision: { events: (ServiceEvent | CalendarEvent)[] } | Refused,
): FindingReason[] {
  if (isRefused(decision)) return [{ finding: 'refused', refusal: decision.refusal }];
  const [decided] = decision.events;
  if (!decided) return [{ finding: 'not-called-for' }];
  const difference =
    jsonDifference(event.type, decided.type, 'type') ?? jsonDifference(event.data, decided.data);
  return difference ? [{ finding: 'recorded-otherwise', ...difference }] : [];
}
