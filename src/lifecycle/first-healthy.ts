import type { TargetGroup } from './target-group.ts';

/** The checks that a target which was just registered has to pass before it gets traffic. */
export interface FirstHealthy {
  readonly checks: number;
  readonly intervalSeconds: number;
  /**
   * By then the checks have run, counted from the target's registration; how long the registration itself takes is
   * not known.
   */
  readonly seconds: number;
}

/** An ALB wants one passed check of a new target, an NLB its whole threshold. Null while a number is not known. */
export function firstHealthy({ kind, healthCheck }: TargetGroup): FirstHealthy | null {
  const { intervalSeconds, healthyThreshold } = healthCheck;
  const checks = kind === 'alb' ? 1 : healthyThreshold.value;
  const interval = intervalSeconds.value;
  if (checks === null || interval === null) return null;
  return { checks, intervalSeconds: interval, seconds: checks * interval };
}
