import type { Bound } from './bound.ts';
import { type Bar, bar, mark, type Picture } from './picture.ts';
import { type GracePeriod, stopSchedule } from './shutdown.ts';

/** What one container's shutdown is drawn from. */
export interface ShutdownShown {
  /** The container's name. */
  readonly container: string;
  /** Time of its preStop hook; exactly 0 s without one. */
  readonly preStop: Bound;
  readonly grace: GracePeriod;
  /** Time that the application takes after SIGTERM, where it is known. */
  readonly applicationSeconds?: number;
  /** Until nothing sends new requests any more; left out where nothing is sent, or where that is not the point. */
  readonly propagation?: Bound;
}

/**
 * The shutdown of one container, each hook at its shortest: what the kubelet does, and what requests meet. A fast
 * application ends before the time that is left to it is over.
 */
export function shutdownPicture(shown: ShutdownShown): Picture {
  const traffic = shown.propagation === undefined ? [] : trafficBars(shown, shown.propagation);
  return {
    title: `Shutdown of ${nameShown(shown.container)}`,
    origin: 'the pod is told to stop',
    sections: [
      { name: 'kubelet', bars: kubeletBars(shown) },
      ...(traffic.length === 0 ? [] : [{ name: 'traffic', bars: traffic }]),
    ],
  };
}

/** A name that Kubernetes accepts (a DNS label) is no markup anywhere. */
function nameShown(name: string): string {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? name : 'one container';
}

function kubeletBars({ preStop, grace, applicationSeconds }: ShutdownShown): readonly Bar[] {
  const { term, kill } = stopSchedule(grace.seconds, preStop.atLeast);
  const ends = applicationSeconds === undefined ? kill : term + applicationSeconds;
  const work =
    applicationSeconds === undefined
      ? bar(`${seconds(kill - term)} left for the application`, term, kill, 'work')
      : bar(`application stops in ${seconds(applicationSeconds)}`, term, Math.min(ends, kill), 'work');
  const cutHook = Number.isFinite(preStop.atLeast) && grace.seconds > 0 ? preStop.atLeast : 0;
  return [
    ...bar(preStopLabel(preStop), 0, term, 'wait'),
    mark('SIGTERM', term),
    ...work,
    mark('SIGKILL', kill),
    ...bar('the rest of preStop never runs', kill, cutHook, 'harm'),
    ...bar('the application is cut off', kill, ends, 'harm'),
  ];
}

function preStopLabel({ atLeast, atMost }: Bound): string {
  if (!Number.isFinite(atLeast)) return 'preStop without an end';
  return `preStop ${atLeast === atMost ? '' : 'of at least '}${seconds(atLeast)}`;
}

/** With an assumed range, its shortest time. */
function trafficBars({ preStop, grace }: ShutdownShown, { atLeast: until }: Bound): readonly Bar[] {
  const { term } = stopSchedule(grace.seconds, preStop.atLeast);
  return [
    ...bar('new requests still arrive', 0, Math.min(term, until), 'wait'),
    ...bar('new requests reach a stopping container', term, until, 'harm'),
  ];
}

/** Fractions of a second come from `sleep 0.5`; binary ones are not shown. */
function seconds(value: number): string {
  return `${Number(value.toFixed(3))} s`;
}
