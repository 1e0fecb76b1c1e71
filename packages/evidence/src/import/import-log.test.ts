import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  checkConformance,
  clocksOf,
  compileService,
  definitionDigest,
  evolve,
  nextMark,
  readApplicationEvent,
  serviceDefinition,
  type Application,
  type CompiledService,
} from '@satu-atap/domain';
import { aCalendar, office as sampleOffice } from '@satu-atap/domain/testing';
import {
  applicationStream,
  readStream,
  ServiceCatalogue,
  type EventStore,
  type NewEvent,
} from '@satu-atap/event-store';
import { expect, test } from 'vitest';
import { importContent, importPath, memoryStore, takenOver } from '../testing/import-file.ts';
import { xesText } from '../testing/xes-text.ts';
import { LogFault } from './log-fault.ts';
