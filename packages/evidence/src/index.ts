export { DirectlyFollows } from './discovery/directly-follows.ts';
export { discoveredService } from './discovery/discovered-definition.ts';
export { plainName } from './discovery/readable-names.ts';
export type { Deviation } from './import/case-path.ts';
export { csvSource, type CsvOptions } from './import/csv/csv-source.ts';
export { takeOverLog } from './import/import-log.ts';
export type { ImportOutcome, ImportRequest } from './import/import-request.ts';
export { judgeLog } from './import/judge-log.ts';
export { LogFault } from './import/log-fault.ts';
export { LogFile } from './import/log-file.ts';
export { xesSource, type LogSource } from './import/log-source.ts';
export { surveyLog, type Survey } from './import/survey.ts';
export {
  caseSelection,
  recordedSelection,
  unknownNames,
  type CaseSelection,
} from './cases/case-selection.ts';
export { disclosureBy, type Disclosure } from './cases/disclosure.ts';
export { selectedApplications } from './cases/selected-applications.ts';
export {
  exportFormats,
  exportLog,
  type ExportFormat,
  type ExportRequest,
} from './export/export-log.ts';
export { partsOf, writeExport } from './export/file-export.ts';
export type { BundleReport } from './bundle/bundle-report.ts';
export { verifyBundle } from './bundle/verify-bundle.ts';
export { NoEvidenceError, type NoEvidence } from './bundle/no-evidence-error.ts';
export { provenLog } from './bundle/proven-log.ts';
export { prepareBundle, type PreparedBundle } from './bundle/write-bundle.ts';
export { BundleUnreadableError } from './bundle/zip-reader.ts';
