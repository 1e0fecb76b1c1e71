import type { SlaStatus } from '@satu-atap/domain';

/** Local dates of the office, both included. */
export type Between = { from: Temporal.PlainDate; to: Temporal.PlainDate };

/** Every part narrows; all are optional. */
export type FigureFilter = {
  office?: string | undefined;
  /** The unit whose services they are; of what is open, one that has the file now. */
  unit?: string | undefined;
  service?: string | undefined;
  channel?: string | undefined;
};

export type StepFilter = Omit<FigureFilter, 'channel'> & { step?: string | undefined };
export type OfficerFilter = Omit<FigureFilter, 'channel'> & { officer?: string | undefined };

export type FileDimension = 'office' | 'unit' | 'service' | 'channel';
export type StepDimension = 'office' | 'unit' | 'service' | 'step';

/** Today at each office that is asked about: "due today" is local. */
export type Todays = ReadonlyMap<string, string>;

/** A distribution of times, in minutes; each value is off by 1 % at the most. */
export type Times = { count: number; p50: number; p90: number; p95: number };

/** Applications that have not ended, by where they stand now. */
export type OpenFigures = { open: number; dueToday: number } & Record<
  'onTime' | 'atRisk' | 'overdue' | 'paused' | 'notStarted' | 'doneInTime' | 'doneLate',
  number
>;

export const openStandings: Partial<Record<SlaStatus, Exclude<keyof OpenFigures, 'dueToday'>>> = {
  'on-time': 'onTime',
  'at-risk': 'atRisk',
  overdue: 'overdue',
  paused: 'paused',
  'not-started': 'notStarted',
  'finished-in-time': 'doneInTime',
  'finished-late': 'doneLate',
};

/** What ended in a period, and how long it took. A distribution of nothing is absent. */
export type FinishedFigures = {
  received: number;
  finished: number;
  inTime: number;
  late: number;
  pauses: number;
  outcomes: Record<string, number>;
  times: {
    /** Working time of the promise, without its pauses. */
    working?: Times;
    /** Working time in the hands of units. */
    units?: Times;
    /** By the wall clock, where the promise did not run. */
    applicant?: Times;
    /** Working time until officers took it into hand. */
    waiting?: Times;
  };
};

export type FileFigures = Partial<Record<FileDimension, string>> & {
  now: OpenFigures;
  period: FinishedFigures;
};

/** What was done in a step, or by an officer, in a period. */
export type VisitFigures = {
  visits: number;
  /** Of the steps with a standard of their own: those that kept it, and those that did not. */
  kept: number;
  missed: number;
  /** The mean share of the service's promise that a visit took, in per cent. */
  promiseUsed: number;
  times: { working?: Times; waiting?: Times };
};

export type StepFigures = Partial<Record<StepDimension, string>> & {
  now: OpenFigures;
  period: VisitFigures;
};

export type OfficerFigures = {
  office: string;
  unit: string;
  officer: string;
  now: OpenFigures;
  period: VisitFigures;
};

export type TrendInterval = 'day' | 'week' | 'month';
/** The figures of one interval; the first and the last may be cut by the period. */
export type TrendPoint = { from: string; to: string; period: FinishedFigures };

/** Open applications of a service whose promise, its pauses left out, began on a day. */
export type AgeRow = {
  office: string;
  unit: string;
  /** Absent while it stands still or has not begun. */
  beganOn?: string;
  applications: number;
};

export type FigureQueries = {
  /** Applications: what is open now, and what was received and ended in a period. */
  files(
    by: readonly FileDimension[],
    filter: FigureFilter,
    at: { between: Between; todays: Todays },
  ): Promise<FileFigures[]>;
  /** Steps of the workflow: what stands there now, and what left it in a period. */
  steps(
    by: readonly StepDimension[],
    filter: StepFilter,
    at: { between: Between; todays: Todays },
  ): Promise<StepFigures[]>;
  /** Officers: what each holds now, and the steps that each took in a period. */
  officers(
    filter: OfficerFilter,
    at: { between: Between; todays: Todays },
  ): Promise<OfficerFigures[]>;
  /** The period in intervals, oldest first; every interval is there. */
  trend(
    interval: TrendInterval,
    filter: FigureFilter,
    at: { between: Between },
  ): Promise<TrendPoint[]>;
  ages(filter: FigureFilter): Promise<AgeRow[]>;
  /** Grows with everything that can change a figure of the office, or of any. */
  mark(office?: string): Promise<number>;
};
