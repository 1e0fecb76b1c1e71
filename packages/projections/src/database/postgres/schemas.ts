/** The schema of what belongs to no generation: the projector's status. */
export const common = 'read_models';

const generationPattern = /^read_models_([1-9]\d*)$/;

export function schemaOf(generation: number): string {
  return `${common}_${generation}`;
}

/** The number of the generation that a schema holds, or undefined. */
export function generationIn(schema: string): number | undefined {
  const number = generationPattern.exec(schema)?.[1];
  return number === undefined ? undefined : Number(number);
}
