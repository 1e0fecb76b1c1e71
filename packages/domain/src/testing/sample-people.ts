import type { Actor } from '../actor.ts';
import { compileOffices } from '../office.ts';
import type { CalendarDefinition } from '../sla/calendar-definition.ts';
import { writtenBook } from '../sla/calendar-versions.ts';

/** Everybody who acts in tests, of one office. */
export const office = 'mpp-jakarta';

const officer = (id: string, role: string, unit: string): Actor => ({
  id,
  roles: [role],
  unit,
  office,
});

export const people = {
  applicant: { id: 'applicant-1', roles: ['applicant'] },
  otherApplicant: { id: 'applicant-2', roles: ['applicant'] },
  frontDesk: officer('officer-front-desk', 'front-desk', 'dpmptsp'),
  structureReviewer: officer('officer-structure', 'structure-reviewer', 'dinas-perumahan'),
  fireReviewer: officer('officer-fire', 'fire-reviewer', 'pemadam-kebakaran'),
  cashier: officer('officer-cashier', 'cashier', 'dpmptsp'),
  headOfUnit: officer('officer-head', 'head-of-unit', 'dpmptsp'),
  supervisor: officer('officer-supervisor', 'supervisor', 'dpmptsp'),
  system: { id: 'sla-monitor', roles: ['system'] },
} satisfies Record<string, Actor>;

/** Civil-service hours of Perpres 21/2023, with the holidays that tests meet. */
export const sampleCalendar: CalendarDefinition = {
  id: 'indonesia',
  title: 'Indonesia',
  week: {
    monday: [
      ['07:30', '12:00'],
      ['13:00', '16:00'],
    ],
    tuesday: [
      ['07:30', '12:00'],
      ['13:00', '16:00'],
    ],
    wednesday: [
      ['07:30', '12:00'],
      ['13:00', '16:00'],
    ],
    thursday: [
      ['07:30', '12:00'],
      ['13:00', '16:00'],
    ],
    friday: [
      ['07:30', '11:30'],
      ['13:00', '16:30'],
    ],
  },
  holidays: [
    { date: '2026-03-19', name: 'Hari Suci Nyepi' },
    { date: '2026-03-20', name: 'Cuti bersama Idul Fitri' },
    { date: '2026-12-25', name: 'Hari Raya Natal' },
  ],
};

export const sampleOffices = compileOffices(
  [
    {
      id: office,
      title: { id: 'MPP Jakarta', en: 'Jakarta service mall' },
      timeZone: 'Asia/Jakarta',
      calendar: 'indonesia',
    },
  ],
  writtenBook([sampleCalendar]),
);
