import type { ServiceDefinition } from './definition.ts';
import type { Expression } from './expression.ts';
import type { DocumentPath, Report } from './problem.ts';

/** A condition on personal data decides by what may be erased: afterwards nobody can check it. */
export function doubtPersonal(
  { form }: Pick<ServiceDefinition, 'form'>,
  { fields }: Expression,
  at: DocumentPath,
  report: Report,
): void {
  const personal = fields.filter((field) => form[field]?.personal === true);
  if (personal.length === 0) return;
  report.warning(
    at,
    `reads personal data (${personal.join(', ')}): once they are erased, it cannot be known whether it ` +
      'was met; decide by a field that is not personal, such as one that officers enter',
  );
}

/** Words in the names of fields that a person's data have, and little else. */
const personalWords = new Set(
  'nik kk passport paspor phone telephone mobile telepon email surel birth born lahir'.split(' '),
);

/** Fields that by their names hold a person's data, and are not flagged: they could never be erased. */
export function checkPersonal({ form }: Pick<ServiceDefinition, 'form'>, report: Report): void {
  for (const [field, { personal, type, ...spec }] of Object.entries(form)) {
    // Of an address that the engine writes to, it is an error already.
    if (personal || (type !== 'text' && type !== 'date') || 'contact' in spec) continue;
    const words = field.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
    if (!words.some((word) => personalWords.has(word))) continue;
    report.warning(
      ['form', field],
      'looks like personal data: add `personal: true`, or it is kept in the clear for ever; if it is ' +
        'not a person’s, another name says so',
    );
  }
}
