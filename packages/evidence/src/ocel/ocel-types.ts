import type { OcelAttribute, OcelType } from './ocel-case.ts';

/** The types that a log uses, each with its attributes: known when all of it was told. */
export class OcelTypes {
  readonly #types = new Map<string, Map<string, OcelType>>();

  add(type: string, attributes: readonly OcelAttribute[]): void {
    let known = this.#types.get(type);
    if (!known) this.#types.set(type, (known = new Map()));
    for (const { name, type: ofValue } of attributes) {
      const before = known.get(name);
      // An imported log may write one attribute in several types.
      if (before !== ofValue) known.set(name, before === undefined ? ofValue : 'string');
    }
  }

  /** As OCEL 2.0 declares them. */
  get declared(): { name: string; attributes: { name: string; type: OcelType }[] }[] {
    return [...this.#types].map(([name, attributes]) => ({
      name,
      attributes: [...attributes].map(([attribute, type]) => ({ name: attribute, type })),
    }));
  }
}
