import { builtInRoles, type Localized } from '@satu-atap/domain';
import { Names } from './digit-names.ts';
import type { DigitState } from './digit-service.ts';
import { titleOf } from './digit-titles.ts';

/** The state in which an application waits for its first action, where there are several. */
const startName = 'start';
const citizen = 'CITIZEN';

/** What the states, actions and roles of one DIGIT service are called here. */
export class Naming {
  readonly #states = new Names('state');
  readonly #actions = new Names('action');
  readonly #roles = new Names('role', Object.values(builtInRoles));
  readonly #untranslated = new Set<string>();

  constructor(states: readonly DigitState[]) {
    if (states.some(({ state }) => state === null)) this.#states.fix('', startName);
    this.#roles.fix(citizen, builtInRoles.applicant);
  }

  state({ state }: DigitState): string {
    return this.#states.of(state ?? '');
  }

  action(action: string): string {
    return this.#actions.of(action);
  }

  roles(roles: readonly string[]): string[] {
    return [...new Set(roles.map((role) => this.#roles.of(role)))];
  }

  title(name: string): Localized {
    const { title, translated } = titleOf(name);
    if (!translated) this.#untranslated.add(title.en);
    return title;
  }

  /** A title that is a proper name, and the same in both languages until somebody translates it. */
  properTitle(text: string): Localized {
    this.#untranslated.add(text);
    return { id: text, en: text };
  }

  /** What took thought, for the report. */
  get decisions(): string[] {
    const texts = [...this.#untranslated].map((title) => `"${title}"`).join(', ');
    return [
      ...this.#states.decisions,
      ...this.#actions.decisions,
      ...this.#roles.decisions,
      `These titles are DIGIT’s names in both languages, to be translated: ${texts}.`,
    ];
  }
}

export function isApplicantsOnly(roles: readonly string[]): boolean {
  return roles.every((role) => role === citizen);
}
