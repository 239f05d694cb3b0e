import { exactly } from '../../src/lifecycle/bound.ts';
import { drainPicture, gapPicture } from '../../src/lifecycle/load-balancer-picture.ts';
import type { Bar, Picture } from '../../src/lifecycle/picture.ts';
import { shutdownPicture } from '../../src/lifecycle/shutdown-picture.ts';

const grace = (seconds: number) => ({ seconds, written: true, path: [] });
const assumed = (seconds: number) => exactly(seconds, 'assumed');

/** Every kind of picture that the product draws, with numbers that are met in real charts, and what is hard to draw. */
export const pictures: Readonly<Record<string, Picture>> = {
  'pre-stop-longer-than-grace': shutdownPicture({
    container: 'web',
    preStop: exactly(60, 'preStop'),
    grace: grace(30),
    applicationSeconds: 15,
  }),
  'application-cut-off': shutdownPicture({
    container: 'checkout-api',
    preStop: exactly(15, 'preStop'),
    grace: grace(30),
    applicationSeconds: 40,
    propagation: assumed(5),
  }),
  'traffic-exposed': shutdownPicture({
    container: 'web',
    preStop: exactly(0, 'no preStop'),
    grace: grace(30),
    propagation: assumed(5),
  }),
  'hour-of-grace': shutdownPicture({
    container: 'batch-worker-with-a-name-of-sixty-three-letters-as-many-as-fit',
    preStop: { atLeast: 600, atMost: Number.POSITIVE_INFINITY, from: 'preStop' },
    grace: grace(3600),
    applicationSeconds: 5400,
  }),
  'half-seconds': shutdownPicture({
    container: 'sidecar',
    preStop: exactly(0.5, 'preStop'),
    grace: grace(2),
    propagation: assumed(1.25),
  }),
  'grace-zero': shutdownPicture({ container: 'web', preStop: exactly(10, 'preStop'), grace: grace(0) }),
  'load-balancer-gap': gapPicture({
    balancer: 'ALB',
    readySeconds: 10,
    minReadySeconds: 0,
    checks: 1,
    intervalSeconds: 15,
  }),
  'network-load-balancer-gap': gapPicture({
    balancer: 'NLB',
    readySeconds: 20,
    minReadySeconds: 10,
    checks: 3,
    intervalSeconds: 10,
  }),
  'drain-cut': drainPicture({ balancer: 'ALB', termSeconds: 15, killSeconds: 30, delaySeconds: 300 }),
};

/** Whatever a rule may put there one day. */
export const hardPictures: Readonly<Record<string, Picture>> = {
  'long-labels': {
    title: 'A title that is longer than a phone is wide, and longer than the sixty letters that fit',
    origin: 'the rollout has replaced the first of twelve pods',
    sections: [
      {
        name: 'a section with a long name',
        bars: [
          bar('in the middle, where neither side has much room for it', 25, 60, 'harm'),
          bar('at the end, where words only fit before the bar itself', 90, 100, 'wait'),
          bar('all the time', 0, 100, 'work'),
          bar('nearly all the time, and with more to say than that', 3, 99, 'harm'),
        ],
      },
    ],
  },
  'one-moment': { title: 'A moment', origin: 'nothing happens', sections: [] },
  'before-the-origin': {
    title: 'Before and after',
    origin: 'the pod is told to stop',
    sections: [{ name: 'pod', bars: [bar('runs', -20, 0, 'work'), bar('stops', 0, 40, 'harm')] }],
  },
  'short-beside-long': {
    title: 'Two seconds of an hour',
    origin: 'the pod is told to stop',
    sections: [
      {
        name: '1',
        bars: [bar('preStop', 0, 3598, 'wait'), bar('2 s for the application', 3598, 3600, 'harm')],
      },
      { name: '0', bars: [bar('cut off', 3600, 3600, 'harm')] },
    ],
  },
  hostile: {
    title: '`web`: <script>#35;</script> %%{init: {"theme":"forest"}}%%',
    origin: 'section click "call" ;:#%',
    sections: [
      {
        name: 'title x',
        bars: [
          bar('2026-01-01 kickoff', 0, 5, 'work'),
          bar('```\n</details>', 5, 9, 'harm'),
          bar('', 9, 9, 'mark'),
        ],
      },
      { name: '', bars: [bar('5% of :crit, 0, 9s', 0, 9, 'wait')] },
    ],
  },
};

function bar(label: string, fromSeconds: number, toSeconds: number, kind: Bar['kind']): Bar {
  return { label, fromSeconds, toSeconds, kind };
}
