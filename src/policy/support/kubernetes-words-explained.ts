import type { Problem } from '../../kubernetes/api.ts';
import type { Explanation } from './kubernetes-words.ts';
import { explainedPods } from './kubernetes-words-pods.ts';
import { explainedPolicies } from './kubernetes-words-policies.ts';
import { explainedProbes } from './kubernetes-words-probes.ts';
import { explainedValues } from './kubernetes-words-values.ts';
import { explainedWorkloads } from './kubernetes-words-workloads.ts';

export const explanations: readonly Explanation[] = [
  ...explainedProbes,
  ...explainedPods,
  ...explainedWorkloads,
  ...explainedPolicies,
  ...explainedValues,
];

export function explanationOf(problem: Problem): Explanation | undefined {
  return explanations.find(({ field, detail }) => field.test(problem.field) && detail.test(problem.detail));
}
