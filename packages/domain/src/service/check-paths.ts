import type { CompiledService } from './compile.ts';
import { pathGraph, type Way } from './path-graph.ts';
import type { Report } from './problem.ts';

/**
 * Ways that no path takes, as XState itself runs the machine: what the other checks derive from the
 * definition is confirmed here by the machine that will decide. Says nothing of a machine that is
 * too large to be walked in full.
 */
export function checkPaths(service: CompiledService, report: Report): void {
  const { moves, ways, complete } = pathGraph(service);
  if (!complete) return;
  const gone = new Set([...moves.values()].flat().flatMap((move) => move.ways));
  const missed = ways.filter((way) => !gone.has(way));
  const isMissed = ({ kind, source, name }: Way) =>
    ways.every(
      (way) => way.kind !== kind || way.source !== source || way.name !== name || !gone.has(way),
    );
  for (const way of missed) {
    if (way.kind === 'action' && isMissed(way)) {
      if (way.branch > 0) continue;
      const at = way.at.slice(0, way.at.lastIndexOf(way.name) + 1);
      report.warning(at, 'can never be taken: a file moves on by itself before anybody could');
    } else {
      report.warning(way.at, 'is never followed: another move always comes before it');
    }
  }
}
