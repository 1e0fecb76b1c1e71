import { builtInRoles, type Localized } from '@satu-atap/domain';
import { Names } from './digit-names.ts';
import type { DigitState } from './digit-service.ts';
import { titleOf } from './digit-titles.ts';

/** The state in which an application waits for its first action, where there are several. */
const startName = 'start';
const citizen = 'CITIZEN';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the states, actions and roles of one DIGIT service are called here. */
export class Naming {
  readonly #states = new Names('state');
  readonly #actions = new Names('action');
  readonly #roles = new Names('role', Object.values(builtInRoles));
  readonly #untranslated = new Set<string>();
  readonly #byStatus = new Set<string>();

  constructor(states: readonly DigitState[]) {
    if (states.some(({ state }) => state === null)) this.#states.fix('', startName);
  }

  /** A state that has an id for a name is called by the status that it shows. */
  state({ state, applicationStatus }: DigitState): string {
    if (state === null || applicationStatus === null || !uuid.test(state)) {
      return this.#states.of(state ?? '');
    }
    const name = this.#states.of(state, applicationStatus);
    this.#byStatus.add(`The state ${state} has an id for a name: it is "${name}" after its status`);
    return name;
  }

  action(action: string): string {
    return this.#actions.of(action);
  }

  roles(roles: readonly string[]): string[] {
    const names = roles.map((role) =>
      role.toUpperCase() === citizen ? builtInRoles.applicant : this.#roles.of(role),
    );
    return [...new Set(names)];
  }

  stateTitle({ state, applicationStatus }: DigitState): Localized {
    const name = state ?? '';
    return this.#title(uuid.test(name) && applicationStatus ? applicationStatus : name);
  }

  actionTitle(action: string): Localized {
    return this.#title(action);
  }

  /** A title that is a proper name, and the same in both languages until somebody translates it. */
  properTitle(text: string): Localized {
    this.#untranslated.add(text);
    return { id: text, en: text };
  }

  #title(name: string): Localized {
    const { title, translated } = titleOf(name);
    if (!translated) this.#untranslated.add(title.en);
    return title;
  }

  /** What took thought, for the report. */
  get decisions(): string[] {
    const texts = [...this.#untranslated].map((title) => `"${title}"`).join(', ');
    return [
      ...this.#byStatus,
      ...this.#states.decisions,
      ...this.#actions.decisions,
      ...this.#roles.decisions,
      `These titles are DIGIT’s names in both languages, to be translated: ${texts}`,
    ];
  }
}

export function isApplicantsOnly(roles: readonly string[]): boolean {
  return roles.every((role) => role.toUpperCase() === citizen);
}
