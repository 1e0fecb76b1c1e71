import type { Route } from '../http/route.ts';
import { explainApplicationClock, listApplicationClocks } from './application-clocks.ts';
import { getApplication, getHistory, listApplications } from './applications.ts';
import { listCalendars } from './calendars.ts';
import { getCounts } from './counts.ts';
import { attachDocument, getDocument } from './documents.ts';
import { getEvidence } from './evidence-bundle.ts';
import { exportEventLog } from './exports.ts';
import { listEvidenceAccesses } from './evidence-accesses.ts';
import { getAgeing } from './figures/ageing.ts';
import { getFigures, getOfficers, getSteps, getTrend } from './figures/figures.ts';
import { followFigures } from './figures/live.ts';
import { eraseApplicant } from './erasure.ts';
import {
  getLatestCheckpoint,
  listCheckpoints,
  listSigningKeys,
  proveConsistency,
  proveInclusion,
} from './integrity.ts';
import { listNotifications, retryParked } from './notifications.ts';
import { listOffices } from './offices.ts';
import { getLiveness, getReadiness } from './operations.ts';
import {
  publishVersion,
  reinstateService,
  retireService,
  withdrawVersion,
} from './service-life.ts';
import { getService, getVersion, listServices, listVersions } from './services.ts';
import {
  addNote,
  assessFee,
  assignOfficer,
  receivePayment,
  releaseOfficer,
  takeAction,
  verifyDocument,
} from './steps.ts';
import { replayApplication, replayDifference } from './replay.ts';
import { submitApplication } from './submit.ts';
import { listSuspensions } from './suspensions.ts';
import { tryDraftOfService } from './trials.ts';
import { getWorklist, listClocks } from './work.ts';

/** Every route, listed: Express's routing and `/openapi.json` are made of this. */
export const routes: readonly Route[] = [
  listOffices,
  listCalendars,
  listServices,
  getService,
  listVersions,
  getVersion,
  publishVersion,
  withdrawVersion,
  retireService,
  reinstateService,
  tryDraftOfService,
  submitApplication,
  listApplications,
  getApplication,
  getHistory,
  listApplicationClocks,
  explainApplicationClock,
  replayApplication,
  replayDifference,
  takeAction,
  attachDocument,
  getDocument,
  verifyDocument,
  assessFee,
  receivePayment,
  assignOfficer,
  releaseOfficer,
  addNote,
  listNotifications,
  retryParked,
  eraseApplicant,
  getWorklist,
  listClocks,
  listSuspensions,
  listEvidenceAccesses,
  getCounts,
  getFigures,
  getTrend,
  getAgeing,
  getSteps,
  getOfficers,
  followFigures,
  exportEventLog,
  getEvidence,
  listCheckpoints,
  getLatestCheckpoint,
  listSigningKeys,
  proveInclusion,
  proveConsistency,
  getLiveness,
  getReadiness,
];
