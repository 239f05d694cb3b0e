import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { prepareUnits } from '../../src/judging.ts';
import { defaultEnvironment, type Environment } from '../../src/platform/environment.ts';
import { compareUnit } from '../../src/policy/compare.ts';
import { defaultOptions, type Judging, onceOnlyRules } from '../../src/policy/judge.ts';
import type { ProfileName } from '../../src/policy/profiles.ts';
import type { Options, Rule } from '../../src/policy/rule.ts';
import { rules as allRules } from '../../src/policy/rules/index.ts';
import { parseRawFile, rawUnit } from '../../src/render/raw/raw.ts';
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
  readonly profile?: ProfileName;
  readonly environment?: Partial<Environment>;
  readonly today?: string;
  readonly trusted?: boolean;
  /** Options of the rules, over their defaults. */
  readonly options?: Options;
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
  const judging = judgingOf({ ...input, kubernetesVersion: version });
  return compareUnit(input.rules ?? allRules, unit.comparison, judging)
    .findings.map((found) => findingOf(pair.id, found, new Map()))
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

/** What the rules are told beside the objects. */
export function judgingOf({
  kubernetesVersion = engineKubernetesVersion,
  profile = 'recommended',
  environment = {},
  options = {},
  today = '2026-11-26',
  trusted = true,
}: Omit<JudgeInput, 'base' | 'head' | 'rules'> = {}): Judging {
  return {
    profile,
    ruleIds: allRules.map(({ id }) => id),
    onceOnly: onceOnlyRules(allRules),
    today,
    trusted,
    cluster: { kubernetesVersion, engineVersion: engineKubernetesVersion },
    environment: { ...defaultEnvironment, ...environment },
    optionsOf: (rule) => ({ ...defaultOptions(rule), ...options }),
  };
}

export function unitOf(text: string | undefined, side: 'base' | 'head'): RenderedUnit | null {
  if (text === undefined) return null;
  const path = 'deploy/web.yaml';
  const bytes = new TextEncoder().encode(text);
  const file = parseRawFile(path, { kind: 'bytes', bytes }, defaultLimits);
  return rawUnit('deploy', 'raw:deploy', [file], side, new Set());
}
