import type { Cause, Proof } from './manifest/manifest.ts';
import type { UnitComparison, UnitFinding } from './policy/compare.ts';
import type { Diagnostic } from './policy/rule.ts';
import { isAdded } from './review/place.ts';
import type { FileChange } from './text/change.ts';

/** Renders that one unit's proofs may ask for, and those of all units. */
const rendersOfUnit = 20;
const rendersOfRun = 120;
/** Where renders are so slow that these would take longer, the rest keeps the lines that are known anyway. */
const milliseconds = 60_000;

/** Causes by the finding that they explain. */
export type Causes = ReadonlyMap<Diagnostic, Cause>;

/** Proves which values caused what this change does; what it does not do keeps the line that is known anyway. */
export async function causesOf(
  units: readonly { readonly findings: readonly UnitFinding[] }[],
  changes: ReadonlyMap<string, FileChange>,
  clock: () => number,
): Promise<Causes> {
  const causes = new Map<Diagnostic, Cause>();
  const end = clock() + milliseconds;
  let ofRun = rendersOfRun;
  for (const { findings } of units) {
    let left = rendersOfUnit;
    const take = (): boolean => {
      left -= 1;
      if (left < 0 || ofRun <= 0 || clock() >= end) return false;
      ofRun -= 1;
      return true;
    };
    const proof: Proof = { take, isChanged: (location) => isAdded(location, changes) };
    for (const { judgement } of findings.filter(speaks).sort(gravestFirst)) {
      const { diagnostic } = judgement;
      const { resource, path } = diagnostic.at;
      const cause = await resource.manifest.causeOf?.(path, proof);
      if (cause !== undefined) causes.set(diagnostic, cause);
    }
  }
  return causes;
}

/** Whether a comment that accepts findings speaks of a line that only the proof has named. */
export function isCommented(
  {
    findings,
    unit,
  }: { readonly findings: readonly UnitFinding[]; readonly unit: { readonly comparison: UnitComparison } },
  causes: Causes,
): boolean {
  const covered = (unit.comparison.head ?? []).flatMap(({ ignores }) => ignores);
  if (covered.length === 0) return false;
  const lines = new Set(covered.map(({ path, covers }) => `${covers} ${path}`));
  return findings.some(({ judgement }) => {
    const cause = causes.get(judgement.diagnostic);
    return cause?.template != null && lines.has(`${cause.location?.startLine} ${cause.location?.path}`);
  });
}

function speaks({ status, accepted, judgement }: UnitFinding): boolean {
  return (
    (status === 'introduced' || status === 'worsened') &&
    accepted === null &&
    judgement.message.class !== 'advice'
  );
}

const severities = ['error', 'warning', 'info'];

function gravestFirst(a: UnitFinding, b: UnitFinding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}
