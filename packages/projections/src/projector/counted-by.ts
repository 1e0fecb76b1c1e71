import {
  calendarsNamed,
  officeCalendars,
  type CalendarBook,
  type CalendarVersion,
  type Office,
  type OfficeCalendars,
  type Offices,
} from '@satu-atap/domain';

/**
 * The calendars that rows are counted by: those published up to the event that is projected, so that
 * the same events always give the same rows. Before the first version of a calendar is, the first
 * that its office knows counts.
 */
export class CountedBy {
  readonly #offices: Offices;
  readonly #book: CalendarBook;
  readonly #ofOffices = new Map<string, OfficeCalendars>();

  constructor(offices: Offices, book: CalendarBook) {
    this.#offices = offices;
    this.#book = book;
  }

  /** The same with more versions; this one stays as it is. */
  with(published: readonly CalendarVersion[]): CountedBy {
    const book = new Map(this.#book);
    for (const version of published) {
      book.set(version.id, [...(book.get(version.id) ?? []), version]);
    }
    return new CountedBy(this.#offices, book);
  }

  /** @throws Error when the office is not configured */
  of(office: string): OfficeCalendars {
    const known = this.#ofOffices.get(office) ?? this.#compiled(office);
    this.#ofOffices.set(office, known);
    return known;
  }

  /** The offices that work by one of these calendars. */
  officesBy(calendars: ReadonlySet<string>): string[] {
    return [...this.#offices.values()]
      .filter(({ definition }) => calendarsNamed(definition).some((id) => calendars.has(id)))
      .map(({ id }) => id);
  }

  #compiled(id: string): OfficeCalendars {
    const office = this.#offices.get(id);
    if (!office) {
      throw new Error(
        `there are applications of the office "${id}", which is not configured: ` +
          'put its definition back',
      );
    }
    return projected(office, this.#book);
  }
}

function projected({ definition, calendars }: Office, book: CalendarBook): OfficeCalendars {
  const published = officeCalendars(definition, book);
  return {
    timeZone: definition.timeZone,
    of(unit, knownAt) {
      const first = calendars.of(unit, Number.NEGATIVE_INFINITY);
      return book.has(first.reference.id) ? published.of(unit, knownAt) : first;
    },
    versions: (unit) => published.versions(unit),
  };
}
