export {
  IntegrityCheckpoints,
  type IntegrityCheckpointsOptions,
  type IntegrityCheckpointsStatus,
} from './integrity-checkpoints.ts';
export {
  SlaMonitor,
  type SlaMonitorOptions,
  type SlaMonitorStatus,
  type Tick,
} from './sla-monitor.ts';
export { emailChannel, type EmailOptions } from './notifications/email/email.ts';
export { Notifier, type NotifierOptions } from './notifications/notifier.ts';
export { webhookKey } from './notifications/webhook/signature.ts';
export { webhookChannel } from './notifications/webhook/webhook.ts';
