import { z } from 'zod';
import { localized, type Localized } from '../names.ts';

/**
 * The 14 components of a service standard (UU 25/2009, article 21) in the order in which they are
 * published: six of delivering the service, eight of running it (Permenpan RB 15/2014).
 */
export const standardComponents = {
  requirements: { id: 'Persyaratan', en: 'Requirements' },
  procedure: { id: 'Sistem, mekanisme, dan prosedur', en: 'System, mechanism and procedure' },
  time: { id: 'Jangka waktu pelayanan', en: 'Time' },
  fee: { id: 'Biaya/tarif', en: 'Fee' },
  product: { id: 'Produk pelayanan', en: 'Product' },
  complaints: {
    id: 'Penanganan pengaduan, saran, dan masukan',
    en: 'Complaints, suggestions and feedback',
  },
  legalBasis: { id: 'Dasar hukum', en: 'Legal basis' },
  facilities: { id: 'Sarana, prasarana, dan/atau fasilitas', en: 'Facilities' },
  staffCompetence: { id: 'Kompetensi pelaksana', en: 'Competence of the staff' },
  supervision: { id: 'Pengawasan internal', en: 'Internal supervision' },
  staffCount: { id: 'Jumlah pelaksana', en: 'Number of staff' },
  serviceGuarantee: { id: 'Jaminan pelayanan', en: 'Guarantee of service' },
  safetyGuarantee: {
    id: 'Jaminan keamanan dan keselamatan pelayanan',
    en: 'Guarantee of security and safety',
  },
  evaluation: { id: 'Evaluasi kinerja pelaksana', en: 'Evaluation of performance' },
} as const satisfies Record<string, Localized>;
export type StandardComponent = keyof typeof standardComponents;

/** These follow from the rest of a definition, so nobody writes them a second time. */
type DerivedComponent = 'requirements' | 'procedure' | 'time' | 'fee';

const texts = z.union([localized, z.array(localized).min(1).max(50)]);
const component = (name: StandardComponent, description: string) =>
  texts.optional().describe(`${standardComponents[name].id}: ${description} One text, or a list.`);

/** The components that a definition says in words. */
export const writtenComponents = z.strictObject({
  product: component('product', 'what the applicant gets, beside the `outputs`.'),
  complaints: component('complaints', 'where to complain, and who answers.'),
  legalBasis: component('legalBasis', 'the laws that the service rests on.'),
  facilities: component('facilities', 'rooms, counters and equipment.'),
  staffCompetence: component('staffCompetence', 'what those who serve must know.'),
  supervision: component('supervision', 'who supervises inside the unit.'),
  staffCount: component('staffCount', 'how many people serve.'),
  serviceGuarantee: component('serviceGuarantee', 'that the standard is kept, and what if not.'),
  safetyGuarantee: component('safetyGuarantee', 'that data and documents are safe and genuine.'),
  evaluation: component('evaluation', 'how and when performance is evaluated.'),
} satisfies Record<Exclude<StandardComponent, DerivedComponent>, z.ZodType>);
