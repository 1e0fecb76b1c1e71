export { readDefinition, type Judge, type ReadDefinition } from './read-definition.ts';
export { largestText, readYaml, type PlacedProblem, type YamlText } from './yaml.ts';
