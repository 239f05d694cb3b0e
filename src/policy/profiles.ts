import type { Message, Severity } from './rule.ts';

/**
 * `recommended`: contradictions, regressions and hazards, and a checklist for workloads that are new; `eks-production`:
 * the checklist as warnings and on every workload, and advice; `minimal`: contradictions alone.
 */
export const profileNames = ['recommended', 'eks-production', 'minimal'] as const;
export type ProfileName = (typeof profileNames)[number];

/** Whether a profile tells a message at all. `isNew`: of a workload that came with this change. */
export function tells(profile: ProfileName, message: Message, isNew: boolean): boolean {
  if (profile === 'eks-production' || message.stated === true) return true;
  if (profile === 'minimal') return message.class === 'contradiction';
  return message.class === 'checklist' ? isNew : message.class !== 'advice';
}

export function severityIn(profile: ProfileName, { class: kind, severity, stated }: Message): Severity {
  return profile === 'eks-production' && kind === 'checklist' && stated !== true ? 'warning' : severity;
}
