// pnpm bench [audit|commands|definitions|rehydrate|rebuild|figures|http|eventstoredb|sla …] [--rounds n]: each side by side with a bare
// peer, in one run. What the figures were, and on what, is in docs/benchmarks.md.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAudit } from './audit.ts';
import { benchCommands } from './commands.ts';
import { benchDefinitions } from './definitions.ts';
import { benchEventStoreDb } from './eventstoredb.ts';
import { benchFigures } from './figures.ts';
import { benchHttp } from './http.ts';
import { benchRebuild } from './rebuild.ts';
import { benchRehydrate } from './rehydrate.ts';
import { benchSla } from './sla.ts';

const benches = {
  audit: benchAudit,
  commands: benchCommands,
  definitions: benchDefinitions,
  rehydrate: benchRehydrate,
  rebuild: benchRebuild,
  figures: benchFigures,
  http: benchHttp,
  eventstoredb: benchEventStoreDb,
  sla: benchSla,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const [cpu] = cpus();
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpu?.model}; medians (lowest – highest)`,
);
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  await bench(Number(values.rounds));
}
