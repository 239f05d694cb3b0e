import type { Floor } from '../../lifecycle/replicas.ts';
import { code, count } from '../../text/escape.ts';
import type { Evidence } from '../rule.ts';
import { objectName } from './kubernetes-words.ts';

/** `3 pods` as declared; `3 or more pods` where an autoscaler keeps the floor. */
export function podsText(pods: number, autoscaled: boolean): string {
  return autoscaled ? `${pods} or more pods` : count(pods, 'pod');
}

/** `both pods`, `all 3 pods`, `all of the 3 or more pods`. */
export function allPods(pods: number, autoscaled: boolean): string {
  if (pods === 2 && !autoscaled) return 'both pods';
  return `all ${autoscaled ? 'of the ' : ''}${podsText(pods, autoscaled)}`;
}

export function floorEvidence({ workload, pods, kind, at }: Floor): Evidence {
  const name = code(objectName(workload.resource.ref));
  if (kind === 'replicas') return { text: `${name} declares ${count(pods, 'replica')}`, at };
  const autoscaler = code(objectName(at.resource.ref));
  if (kind === 'scaledToZero') return { text: `${autoscaler} scales ${name} down to 0; counted as 1`, at };
  return { text: `${autoscaler} keeps ${name} at ${count(pods, 'replica')} or more`, at };
}
