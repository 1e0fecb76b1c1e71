export { SlaMonitor, type SlaMonitorOptions, type Tick } from './sla-monitor.ts';
