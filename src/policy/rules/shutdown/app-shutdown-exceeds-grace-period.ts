import { assumptions } from '../../../lifecycle/assumptions.ts';
import { anyTime, type Bound } from '../../../lifecycle/bound.ts';
import { type ServerWait, serverTimeouts, waitsOf } from '../../../lifecycle/server-timeouts.ts';
import { proxyTimeouts } from '../../../lifecycle/servers/proxy.ts';
import { type GracePeriod, gracePeriodOf, stopSchedule } from '../../../lifecycle/shutdown.ts';
import { shutdownPicture } from '../../../lifecycle/shutdown-picture.ts';
import { mayBeStated, statedSeconds } from '../../../platform/facts.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { type Container, isUnsure, runsUnknown, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Evidence, type Message, type Subject } from '../../rule.ts';
import {
  graceEvidence,
  graceText,
  missingGrace,
  preStopEvidence,
  preStopOf,
  takesAll,
} from '../../support/grace.ts';

interface Exceeds {
  readonly container: string;
  readonly server: string;
  /** What is added up, the longest first, and the seconds of each. */
  readonly settings: readonly string[];
  readonly seconds: readonly string[];
  readonly waitSeconds: number;
  readonly preStopSeconds: number;
  /** False when the hook may take longer than that. */
  readonly preStopExact: boolean;
  readonly graceSeconds: number;
  readonly graceWritten: boolean;
  readonly leftSeconds: number;
  readonly missingSeconds: number;
}

/** `--a` 20 s + `--b` 10 s = 30 s */
function waits({ settings, seconds, waitSeconds }: Exceeds): string {
  const parts = settings.map((setting, index) => `${code(setting)} ${seconds[index]} s`);
  return `${parts.join(' + ')}${parts.length > 1 ? ` = ${waitSeconds} s` : ''}`;
}

function left(data: Exceeds): string {
  const { graceSeconds, graceWritten, preStopSeconds, preStopExact, leftSeconds } = data;
  const grace = graceText(graceSeconds, graceWritten);
  if (preStopSeconds === 0) return `\`terminationGracePeriodSeconds\` is ${grace}`;
  const hook = `${preStopExact ? '' : 'at least '}${preStopSeconds} s`;
  const floor = leftSeconds > graceSeconds - preStopSeconds ? ' (the least that the kubelet gives)' : '';
  return `\`terminationGracePeriodSeconds\` ${grace} − preStop ${hook} leaves ${leftSeconds} s${floor}`;
}

const settings = (data: Exceeds): string => data.settings.map((setting) => code(setting)).join(' + ');

function fix(data: Exceeds): string {
  const { preStopSeconds, preStopExact, waitSeconds } = data;
  const { bufferSeconds } = assumptions;
  const hook = preStopSeconds === 0 ? '' : `${preStopSeconds} s preStop + `;
  const needed = Math.ceil(preStopSeconds + waitSeconds + bufferSeconds);
  return (
    `Set \`terminationGracePeriodSeconds\` to ${preStopExact ? '' : 'at least '}${needed}: ${hook}${waitSeconds} s for ` +
    `${data.server} + ${bufferSeconds} s buffer; or lower ${settings(data)}.`
  );
}

const maximum: Message<Exceeds> = {
  class: 'hazard',
  severity: 'warning',
  title: (data) =>
    `${code(data.container)} may need ${data.waitSeconds} s to stop and has ${data.leftSeconds} s: ` +
    `${settings(data)} of ${data.server}`,
  text: (data) =>
    `${data.server} waits up to ${data.waitSeconds} s after SIGTERM for what is under way (${waits(data)}); ` +
    `${left(data)}, ${data.missingSeconds} s less.`,
  why: (data) =>
    `On a rollout or node drain with work still under way the kubelet kills ${code(data.container)} ${data.leftSeconds} s ` +
    `after SIGTERM, up to ${data.missingSeconds} s before ${data.server} would have given up.`,
  fix,
};

const fixed: Message<Exceeds> = {
  class: 'contradiction',
  severity: 'error',
  title: (data) =>
    `${code(data.container)} waits ${data.waitSeconds} s before it stops and has ${data.leftSeconds} s: ` +
    `${settings(data)} of ${data.server}`,
  text: (data) =>
    `${data.server} always waits ${data.waitSeconds} s after SIGTERM (${waits(data)}); ${left(data)}` +
    `${data.missingSeconds === 0 ? '' : `, ${data.missingSeconds} s less`}.`,
  why: (data) =>
    `On every rollout and node drain the kubelet kills ${code(data.container)} ${data.leftSeconds} s after SIGTERM: what ` +
    `${data.server} does after the wait, to end the requests that are under way, never happens.`,
  fix,
};

export const appShutdownExceedsGracePeriod = defineRule({
  id: 'app-shutdown-exceeds-grace-period',
  category: 'shutdown',
  about: 'workloads',
  title: "A server's own shutdown time that the grace period cuts off",
  messages: { maximum, fixed },
  references: [
    {
      title: 'Kubernetes: termination of pods',
      url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    },
    {
      title: 'Spring Boot: graceful shutdown',
      url: 'https://docs.spring.io/spring-boot/reference/web/graceful-shutdown.html',
    },
    {
      title: 'gunicorn: graceful_timeout',
      url: 'https://docs.gunicorn.org/en/stable/settings.html#graceful-timeout',
    },
  ],
  cites: ['preStop', 'gracePeriod', 'applicationTime'],
  badness: (data) => Number(data.missingSeconds),
  *check({ workload, inventory, environment }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    const grace = gracePeriodOf(workload);
    if (grace === null || grace.seconds === 0 || missingGrace(inventory, workload) !== null) return;
    if (mayBeStated(workload, 'shutdown')) return;
    // Who states how long it takes knows better than a maximum.
    const stated = statedSeconds(workload, 'shutdown', environment) !== null;
    for (const container of runningContainers(workload)) {
      if (isUnsure(workload, container, 'lifecycle') || runsUnknown(workload, container)) continue;
      const preStop = preStopOf(workload, container) ?? anyTime('preStop');
      for (const wait of waitsOf(serverTimeouts(workload, container)))
        yield* exceeding({ workload, container, preStop, grace, stated }, wait);
    }
    for (const wait of waitsOf(proxyTimeouts(workload)))
      yield* exceeding(
        { workload, container: null, preStop: anyTime('preStop'), grace, stated: false },
        wait,
      );
  },
});

interface Stop {
  readonly workload: Workload;
  /** Null for a proxy that is injected. */
  readonly container: Container | null;
  readonly preStop: Bound;
  readonly grace: GracePeriod;
  readonly stated: boolean;
}

function* exceeding(stop: Stop, wait: ServerWait): Iterable<Diagnostic> {
  const { workload, preStop, grace, stated } = stop;
  if (takesAll(preStop, grace)) return;
  const { term, kill } = stopSchedule(grace.seconds, preStop.atLeast);
  const always = wait.fixedSeconds > 0 && wait.fixedSeconds >= kill - term;
  const waitSeconds = always ? wait.fixedSeconds : wait.atMostSeconds;
  if (!always && (stated || waitSeconds <= kill - term)) return;
  const parts = wait.parts.filter(({ kind }) => !always || kind === 'fixed');
  const [longest] = parts;
  if (longest === undefined) return;
  const container = stop.container?.name ?? wait.server;
  yield {
    messageId: always ? 'fixed' : 'maximum',
    data: {
      ...{ container, server: wait.server, waitSeconds },
      settings: parts.map(({ setting }) => setting),
      seconds: parts.map(({ seconds }) => String(seconds)),
      preStopSeconds: preStop.atLeast,
      preStopExact: preStop.atLeast === preStop.atMost,
      graceSeconds: grace.seconds,
      graceWritten: grace.written,
      leftSeconds: kill - term,
      missingSeconds: waitSeconds - (kill - term),
    },
    at: { resource: workload.resource, path: longest.path },
    container,
    evidence: [...evidenceOf(stop, parts)],
    picture: shutdownPicture({ container, preStop, grace, applicationSeconds: waitSeconds }),
  };
}

function* evidenceOf(
  { workload, container, preStop, grace }: Stop,
  parts: ServerWait['parts'],
): Iterable<Evidence> {
  const { resource } = workload;
  for (const { setting, seconds, path } of parts)
    yield { text: `${code(setting)}: ${seconds} s`, at: { resource, path } };
  if (preStop.atLeast > 0 && container !== null) yield preStopEvidence(workload, container, preStop);
  yield graceEvidence(workload, grace);
}
