import { builtInRoles, hasRole } from '@satu-atap/domain';
import {
  applicantNotifications,
  readNotification,
  retryNotification,
} from '@satu-atap/event-store';
import { z } from 'zod';
import { readsAsOfficer, unreadable } from '../access.ts';
import { readHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';
import { notificationView, viewOf } from '../views/notification-view.ts';
import { standingOf } from '../write.ts';
import { readable } from './applications.ts';
import { applicationParams } from './common.ts';

export const listNotifications = route({
  method: 'get',
  path: '/api/v1/applications/{id}/notifications',
  tag: 'applications',
  summary: 'What the applicant was told by e-mail, and whether it was sent',
  params: applicationParams,
  headers: readHeaders,
  responses: {
    200: {
      description: 'In the order in which it happened.',
      schema: z.strictObject({ items: z.array(notificationView) }),
    },
  },
  async handle(call, api) {
    const detail = await readable(api, call);
    if (isProblematic(detail)) return detail;
    const items = await applicantNotifications(detail.id, api);
    return { status: 200, body: { items: items.map(viewOf) } };
  },
});

/** Who decides that an e-mail which may have arrived is sent once more. */
const deciders = [builtInRoles.supervisor];

export const retryParked = route({
  method: 'post',
  path: '/api/v1/applications/{id}/notifications/{notification}/retry',
  tag: 'applications',
  summary: 'Have a parked notification of the application sent again',
  description: 'For supervisors of the office. What may have arrived may then arrive twice.',
  params: applicationParams.extend({ notification: z.uuid() }),
  responses: {
    200: { description: 'The notification, under way again.', schema: notificationView },
  },
  async handle({ params: { id, notification }, who: { actor } }, { store }) {
    const found = await standingOf(store, id);
    if (!found) return { refusal: { type: 'application-not-found' } };
    const hidden = unreadable(actor, found.application);
    if (hidden) return { refusal: hidden };
    if (!readsAsOfficer(actor) || !hasRole(actor, deciders)) {
      return { refusal: { type: 'role-required', roles: deciders } };
    }
    const known = await readNotification(store, notification);
    if (known?.notification.application !== id) {
      return { refusal: { type: 'notification-not-found' } };
    }
    const standing = await retryNotification(store, notification, actor, Temporal.Now.instant());
    if (standing !== 'retried') {
      return { refusal: { type: 'notification-not-parked', standing: standing ?? 'queued' } };
    }
    const after = await readNotification(store, notification);
    return { status: 200, body: viewOf(after ?? known) };
  },
});
