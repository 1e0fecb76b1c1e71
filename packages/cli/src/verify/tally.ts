import type { LogVerification } from '@satu-atap/event-store';
import type { ReadModelsCompared } from '@satu-atap/projections';
import type { Language } from './finding-lines.ts';
import type { VerifyReport } from './verify-task.ts';

/** What was checked so far. */
export class Tally {
  streams = 0;
  /** Events that were held against the rules. */
  events = 0;
  unchecked = 0;
  findings = 0;
  rows = 0;
  folded = 0;
  rowDifferences = 0;
  compared: ReadModelsCompared | undefined;
  log: LogVerification | undefined;
  readonly #began = performance.now();

  add(report: VerifyReport): void {
    if (report.told === 'part') {
      this.streams += report.part.streams;
      this.events += report.part.events;
      this.unchecked += report.part.unchecked;
      this.findings += report.part.findings.length;
    } else if (report.told === 'rows') {
      this.rows += report.rows;
      this.folded += report.folded;
    } else if (report.told === 'row-difference') this.rowDifferences += 1;
    else if (report.told === 'compared') this.compared = report.compared;
    else if (report.told === 'integrity') this.log = report.log;
    else if (report.told === 'box-damaged') this.findings += 1;
  }

  get seconds(): number {
    return Math.max(0.001, (performance.now() - this.#began) / 1000);
  }

  get isSound(): boolean {
    const isMade = this.compared?.outcome !== 'cannot-be-made';
    const differences = this.log?.differenceCount ?? 0;
    return this.findings + this.rowDifferences + differences === 0 && isMade;
  }

  /** How far it is, for whoever waits. */
  progress(): string {
    const rate = Math.round(this.events / this.seconds);
    const rows = this.folded > 0 ? `; ${this.folded} folded anew, ${this.rows} rows compared` : '';
    return `${this.events} events checked, ${rate} a second${rows}`;
  }

  /** What was checked, and how it ended: the last line. */
  summary(language: Language): string[] {
    const { streams, events, findings, unchecked } = this;
    const rate = Math.round(events / this.seconds);
    const seconds = this.seconds.toFixed(1);
    const { compared, rows, rowDifferences } = this;
    const say = words[language];
    return [
      ...(unchecked > 0 ? [say.unchecked(unchecked)] : []),
      ...(compared?.outcome === 'none' ? [say.none] : []),
      ...(compared?.outcome === 'made-otherwise' ? [say.madeOtherwise] : []),
      ...(compared?.outcome === 'cannot-be-made' ? [say.cannotBeMade(compared.reason)] : []),
      say.checked({ streams, events, seconds, rate, findings }),
      ...(compared?.outcome === 'compared' ? [say.compared(rows, rowDifferences)] : []),
      ...(this.log ? [say.log(this.log)] : []),
    ];
  }
}

type Checked = { streams: number; events: number; seconds: string; rate: number; findings: number };

const words = {
  id: {
    unchecked: (count: number) => `${count} peristiwa tidak dapat diperiksa ulang (bukan temuan).`,
    none: 'Tidak ada model baca yang lengkap: akan dibangun saat mesin dijalankan.',
    madeOtherwise:
      'Model baca dibuat dengan kantor atau versi lain: dibangun ulang saat mesin dijalankan, ' +
      'tidak dibandingkan.',
    cannotBeMade: (reason: string) =>
      `Model baca tidak dapat dibangun dari peristiwa-peristiwa ini: ${reason}`,
    log: ({ covered, uncovered, checkpoints, differenceCount }: LogVerification) =>
      `${covered} peristiwa dijamin ${checkpoints.recorded} titik periksa bertanda tangan, ` +
      `${uncovered} belum: ${differenceCount === 0 ? 'tidak ada yang diubah' : `${differenceCount} perbedaan`}.`,
    checked: ({ streams, events, seconds, rate, findings }: Checked) =>
      `${events} peristiwa dalam ${streams} aliran diperiksa dalam ${seconds} detik ` +
      `(${rate} per detik): ${findings === 0 ? 'tanpa temuan' : `${findings} temuan`}.`,
    compared: (rows: number, differences: number) =>
      `${rows} baris model baca dibandingkan dengan peristiwanya: ` +
      `${differences === 0 ? 'semua sama' : `${differences} perbedaan`}.`,
  },
  en: {
    unchecked: (count: number) => `${count} events could not be checked again (no findings).`,
    none: 'There are no complete read models: they are built when the engine starts.',
    madeOtherwise:
      'The read models were made with other offices or by another version: they are built anew ' +
      'when the engine starts, and were not compared.',
    cannotBeMade: (reason: string) => `No read models can be made of these events: ${reason}`,
    log: ({ covered, uncovered, checkpoints, differenceCount }: LogVerification) =>
      `${covered} events are covered by ${checkpoints.recorded} signed checkpoints, ${uncovered} not ` +
      `yet: ${differenceCount === 0 ? 'nothing was altered' : `${differenceCount} differences`}.`,
    checked: ({ streams, events, seconds, rate, findings }: Checked) =>
      `${events} events in ${streams} streams checked in ${seconds} seconds ` +
      `(${rate} a second): ${findings === 0 ? 'nothing found' : `${findings} findings`}.`,
    compared: (rows: number, differences: number) =>
      `${rows} rows of the read models compared with their events: ` +
      `${differences === 0 ? 'all the same' : `${differences} differences`}.`,
  },
} as const;
