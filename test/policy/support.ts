import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { prepareUnits } from '../../src/judging.ts';
import { compareUnit } from '../../src/policy/compare.ts';
import type { Rule } from '../../src/policy/rule.ts';
import { rules as allRules } from '../../src/policy/rules/index.ts';
import { parseRawFile, rawUnit } from '../../src/render/raw.ts';
import type { RenderedUnit } from '../../src/render/unit.ts';
import { createChecker } from '../../src/resources/check.ts';
import { compareFindings, findingOf, objectText } from '../../src/review/findings.ts';
import type { Finding } from '../../src/review/report.ts';
import { defaultLimits } from '../../src/text/limits.ts';

/** A finding as the tables of the rules state it. */
export interface JudgedFinding
  extends Pick<
    Finding,
    | 'ruleId'
    | 'messageId'
    | 'class'
    | 'severity'
    | 'status'
    | 'title'
    | 'message'
    | 'why'
    | 'fix'
    | 'data'
    | 'field'
    | 'container'
    | 'evidence'
  > {
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
  readonly object: string;
}

export interface JudgeInput {
  readonly base?: string;
  readonly head: string;
  readonly rules?: readonly Rule[];
  readonly kubernetesVersion?: string;
}

/** One engine for all tests of a file: an answer does not depend on what was asked before. */
const kubernetes = openEngine('kubernetes', { instances: 1 });

/** Judges YAML texts as the raw unit `raw:deploy` (file deploy/web.yaml) through the real Kubernetes engine. */
export async function judgeYaml(input: JudgeInput): Promise<JudgedFinding[]> {
  const version = input.kubernetesVersion ?? engineKubernetesVersion;
  const checker = createChecker((questions) => checkObjects(kubernetes, questions), version);
  const pair = { id: 'raw:deploy', base: unitOf(input.base, 'base'), head: unitOf(input.head, 'head') };
  const [unit] = await prepareUnits([pair], checker);
  if (unit === undefined) throw new Error('one unit in, one unit out');
  const cluster = { kubernetesVersion: version, engineVersion: engineKubernetesVersion };
  return compareUnit(input.rules ?? allRules, unit.comparison, cluster)
    .map((found) => findingOf(pair.id, found, new Map()))
    .sort(compareFindings)
    .map(({ location, object, ...finding }) => ({
      ...finding,
      object: objectText(object),
      line: location?.startLine ?? null,
      column: location?.startColumn ?? null,
      endLine: location?.endLine ?? null,
      endColumn: location?.endColumn ?? null,
    }));
}

function unitOf(text: string | undefined, side: 'base' | 'head'): RenderedUnit | null {
  if (text === undefined) return null;
  const path = 'deploy/web.yaml';
  const bytes = new TextEncoder().encode(text);
  const file = parseRawFile(path, { kind: 'bytes', bytes }, defaultLimits);
  return rawUnit('deploy', 'raw:deploy', [file], side, new Set());
}
