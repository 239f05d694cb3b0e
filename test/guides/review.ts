import { readFileSync } from 'node:fs';
import type { ProfileName } from '../../src/policy/profiles.ts';
import type { Rule } from '../../src/policy/rule.ts';
import { rules as allRules } from '../../src/policy/rules/index.ts';
import { type JudgedFinding, judgeYaml } from '../policy/support.ts';
import { type Example, filesOf, type Guide } from './data.ts';

/** What the reviewer says of one example. */
export interface Reviewed {
  /** Of each of its files as a new workload, in the order of `filesOf`. */
  readonly alone: readonly (readonly JudgedFinding[])[];
  /** Of a pair: the change from base to head, and the way back. */
  readonly change: readonly JudgedFinding[];
  readonly back: readonly JudgedFinding[];
  /** Of the first file under the profile eks-production. */
  readonly production: readonly JudgedFinding[];
}

export type Results = ReadonlyMap<string, Reviewed>;

export const fixtures = new URL('../../fixtures/guides/', import.meta.url);

/** Judges every example of the guides with every rule, through the same pipeline as a review. */
export async function reviewGuides(
  guides: readonly Guide[],
  rules: readonly Rule[] = allRules,
): Promise<Results> {
  const results = new Map<string, Reviewed>();
  for (const guide of guides)
    for (const example of guide.examples)
      results.set(keyOf(guide, example), await review(guide, example, rules));
  return results;
}

export function keyOf({ folder }: Pick<Guide, 'folder'>, { fixture }: Example): string {
  return `${folder}/${fixture}`;
}

async function review(guide: Guide, example: Example, rules: readonly Rule[]): Promise<Reviewed> {
  const texts = filesOf(guide, example).map((file) =>
    readFileSync(new URL(`${file}.yaml`, fixtures), 'utf8'),
  );
  const [first = '', second] = texts;
  const alone = (head: string, profile: ProfileName) => judgeYaml({ head, rules, profile });
  return {
    alone: await Promise.all(texts.map((text) => alone(text, 'recommended'))),
    change: second === undefined ? [] : await judgeYaml({ base: first, head: second, rules }),
    back: second === undefined ? [] : await judgeYaml({ base: second, head: first, rules }),
    production: example.production.length === 0 ? [] : await alone(first, 'eks-production'),
  };
}

/** What a comparison brings, without what was there before and what it ends. */
export function introduced(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  return findings.filter(({ status }) => status === 'introduced' || status === 'worsened');
}

export function aboveInfo(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}
