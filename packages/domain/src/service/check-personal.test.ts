import { expect, it } from 'vitest';
import { samplePermit } from '../testing/index.ts';
import { checkDefinition } from './check.ts';
import { serviceDefinition } from './definition.ts';

const title = { id: 'Judul', en: 'Title' };
const warningsOf = (form: object, change: object = {}) =>
  checkDefinition(
    serviceDefinition.parse({
      ...samplePermit,
      ...change,
      form: { ...samplePermit.form, ...form },
    }),
  )
    .filter(({ severity }) => severity === 'warning')
    .map(({ path, message }) => `${path.join('.')} ${message}`);

it('a fee that is decided by personal data is doubted, at its row', () => {
  const age = { type: 'integer', title, required: true, personal: true };
  const rows = [
    { title, when: 'data.age < 17', amount: 0 },
    { title, amount: 50_000 },
  ];
  const found = warningsOf({ age }, { fee: { kind: 'table', rows, receivedBy: ['cashier'] } });
  expect(found.filter((one) => one.startsWith('fee'))).toEqual([
    expect.stringMatching(/^fee\.rows\.0\.when reads personal data \(age\)/),
  ]);
});

it('a condition that reads personal data is doubted, where it stands', () => {
  const { structure } = samplePermit.form;
  const found = warningsOf({ structure: { ...structure, personal: true } });
  expect(found.some((one) => /guard.*expression reads personal data \(structure\)/.test(one))).toBe(
    true,
  );
});

it.each(['nik', 'ownerNik', 'phone', 'mobileNumber', 'birthDate', 'email', 'passportNumber'])(
  'a field named %s that is not flagged is doubted, and not once it is',
  (field) => {
    const text = { type: 'text', title };
    const about = (found: string[]) => found.filter((one) => one.startsWith(`form.${field} looks`));
    expect(about(warningsOf({ [field]: text }))).toHaveLength(1);
    expect(about(warningsOf({ [field]: { ...text, personal: true } }))).toEqual([]);
  },
);

it.each(['technik', 'address', 'companyName', 'phoneless', 'emailed'])(
  'a field named %s is not',
  (field) => {
    expect(warningsOf({ [field]: { type: 'text', title } })).toEqual(warningsOf({}));
  },
);
