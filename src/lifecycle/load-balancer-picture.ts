import { bar, mark, type Picture } from './picture.ts';

/** What the start of a pod behind a load balancer is drawn from, in seconds from the start of its containers. */
export interface GapShown {
  readonly balancer: 'ALB' | 'NLB';
  readonly readySeconds: number;
  readonly minReadySeconds: number;
  /** Health checks that a new target has to pass, and the time between two of them. */
  readonly checks: number;
  readonly intervalSeconds: number;
}

/** A new pod: when its rollout goes on, and when the load balancer sends it traffic. */
export function gapPicture(shown: GapShown): Picture {
  const { balancer, readySeconds, minReadySeconds, checks, intervalSeconds } = shown;
  const goesOn = readySeconds + minReadySeconds;
  const healthy = readySeconds + checks * intervalSeconds;
  return {
    title: `From Ready to the first request through the ${balancer}`,
    origin: 'the containers of a new pod have started',
    sections: [
      {
        name: 'pod',
        bars: [
          ...bar('not ready', 0, readySeconds, 'wait'),
          mark('Ready', readySeconds),
          ...bar('minReadySeconds', readySeconds, goesOn, 'wait'),
        ],
      },
      {
        name: 'load balancer',
        bars: [
          ...bar(`${checks} × ${intervalSeconds} s health check`, readySeconds, healthy, 'wait'),
          mark('target healthy', healthy),
        ],
      },
      { name: 'rollout', bars: bar('an old pod is gone, the new one gets nothing', goesOn, healthy, 'harm') },
    ],
  };
}

/** What the end of a pod behind a load balancer is drawn from, in seconds from its deletion. */
export interface DrainShown {
  readonly balancer: 'ALB' | 'NLB';
  /** When SIGTERM and SIGKILL come. */
  readonly termSeconds: number;
  readonly killSeconds: number;
  readonly delaySeconds: number;
}

/** A pod that stops: how long it lives, and how long the load balancer lets requests to it go on. */
export function drainPicture({ balancer, termSeconds, killSeconds, delaySeconds }: DrainShown): Picture {
  return {
    title: `A pod stops behind the ${balancer}`,
    origin: 'the pod is told to stop',
    sections: [
      {
        name: 'kubelet',
        bars: [
          ...bar('preStop', 0, termSeconds, 'wait'),
          ...bar('the application stops', termSeconds, killSeconds, 'work'),
          mark('SIGKILL', killSeconds),
        ],
      },
      {
        name: 'load balancer',
        bars: [
          ...bar('requests in flight may go on', 0, Math.min(killSeconds, delaySeconds), 'wait'),
          ...bar('requests in flight are cut', killSeconds, delaySeconds, 'harm'),
        ],
      },
    ],
  };
}
