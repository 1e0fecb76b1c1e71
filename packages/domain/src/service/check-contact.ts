import { language } from '../notification/recipient.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Report } from './problem.ts';

/** Where and in which language to reach the applicant is asked once each, as what it is. */
export function checkContact({ form }: ServiceDefinition, report: Report): void {
  const asked = new Map<string, string>();
  for (const [field, spec] of Object.entries(form)) {
    if (!('contact' in spec) || spec.contact === undefined) continue;
    const at = ['form', field];
    const earlier = asked.get(spec.contact);
    if (earlier !== undefined) {
      report.error([...at, 'contact'], `"${earlier}" asks for the applicant's ${spec.contact} too`);
    }
    asked.set(spec.contact, earlier ?? field);
    if (spec.contact === 'email' && !spec.personal) {
      report.error(at, 'is an address of a person: add `personal: true`');
    }
    if (spec.type !== 'choice') continue;
    for (const [index, option] of spec.options.entries()) {
      if (!language.safeParse(option).success) {
        report.error([...at, 'options', index], 'is no language that texts come in; use id and en');
      }
    }
  }
}
