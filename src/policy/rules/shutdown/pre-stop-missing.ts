import { exactly } from '../../../lifecycle/bound.ts';
import { hookDuration } from '../../../lifecycle/hook-duration.ts';
import { serverTimeouts } from '../../../lifecycle/server-timeouts.ts';
import { type GracePeriod, gracePeriodOf } from '../../../lifecycle/shutdown.ts';
import { type Figure, type Figures, figuresFor } from '../../../platform/figures.ts';
import { type Platform, platformOf } from '../../../platform/platform.ts';
import { runtimeOf } from '../../../platform/runtime.ts';
import type { Inventory } from '../../../resources/inventory.ts';
import { sameContainer } from '../../../resources/pairing.ts';
import { readField, readString } from '../../../resources/resource.ts';
import { type Serving, servingContainers } from '../../../resources/serving.ts';
import { isTrafficUnsure } from '../../../resources/unsure-traffic.ts';
import {
  type Container,
  containerField,
  mayRunNothing,
  podField,
  runsUnknown,
  type Workload,
} from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Cluster, type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { missingGrace } from '../../support/grace.ts';
import { delaySettings } from '../../support/own-delay.ts';
import { servingEvidence } from '../../support/served.ts';
import { hasSleepAction } from '../../support/sleep-action.ts';
import { stopPicture } from '../../support/stop-picture.ts';

interface Missing {
  readonly container: string;
  readonly service: string;
  readonly port: number;
  /** How long new requests still come after a pod is told to stop. */
  readonly propagationSeconds: number;
  readonly propagationFrom: string;
  readonly delaySeconds: number;
  readonly delayFrom: string;
  readonly graceSeconds: number;
  /** `sleep`: the cluster has the action; else the command for the system that the pod runs on. */
  readonly action: 'sleep' | 'exec' | 'windows';
}

/** Where a figure comes from, in parentheses: every one of them is the guides'. */
const assumed = (from: string): string => `assumed: ${from.replace(/ \(assumed\)/, '')}`;

function fix({ action, delaySeconds, delayFrom, graceSeconds }: Missing): string {
  const room =
    graceSeconds > delaySeconds
      ? ''
      : ` The grace period of ${graceSeconds} s has no room for it: raise it first.`;
  if (action === 'sleep')
    return (
      `Add \`lifecycle.preStop.sleep\` with \`seconds: ${delaySeconds}\` (${assumed(delayFrom)}): it needs no shell in the ` +
      `image.${room}`
    );
  const command = action === 'windows' ? 'powershell -Command Start-Sleep' : 'sleep';
  return (
    `Add a preStop hook that runs ${code(`${command} ${delaySeconds}`)} (${assumed(delayFrom)}), where the image has that ` +
    `program; from Kubernetes 1.30 on the \`sleep\` action does it without one.${room}`
  );
}

const missing: Message<Missing> = {
  class: 'checklist',
  severity: 'info',
  title: ({ container, service }) =>
    `${code(container)} is told to stop while Service ${code(service)} still sends it requests: it has no preStop delay`,
  text: (data) =>
    `Kubernetes takes a pod out of Services and sends SIGTERM at the same time, in no order. For about ${data.propagationSeconds} s ` +
    `(${assumed(data.propagationFrom)}) new requests still come to ${code(data.container)}, which serves port ${data.port} ` +
    `of Service ${code(data.service)} and gets SIGTERM at 0 s.`,
  why: () =>
    'A server that stops listening on SIGTERM refuses them: each rollout, scale-down and node drain costs some requests.',
  fix,
  item: ({ propagationSeconds }) => [
    'preStop delay',
    `for about ${propagationSeconds} s (assumed) after a pod is told to stop, it still gets new requests`,
  ],
};

export const preStopMissing = defineRule({
  id: 'pre-stop-missing',
  category: 'shutdown',
  about: 'workloads',
  title: 'No preStop delay on a container that serves traffic',
  messages: { missing },
  references: [
    {
      title: 'Kubernetes: pod termination flow and endpoints',
      url: 'https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/',
    },
  ],
  cites: ['preStop', 'exposedWindow'],
  *check(subject: Subject): Iterable<Diagnostic> {
    const { resource, workload, inventory, environment, cluster } = subject;
    if (workload === null || !workload.longRunning || isAlone(workload) || isOnNodes(workload)) return;
    if (!inventory.complete || isTrafficUnsure(inventory)) return;
    const grace = gracePeriodOf(workload);
    if (grace === null || missingGrace(inventory, workload) !== null) return;
    for (const serving of routedContainers(inventory, workload)) {
      const { container } = serving;
      if (!lacksDelay(workload, container) || isLostNow(subject, workload, container)) continue;
      const platform = platformOf(workload, inventory, environment);
      const runtime = runtimeOf(workload, container, environment).name;
      // Its clients keep their connections, which end with SIGTERM however late that comes.
      if (runtime === 'database' || storePorts.has(serving.port)) continue;
      const figures = figuresFor(platform, runtime, environment);
      const picture = stopPicture(subject, workload, container, exactly(0, 'no preStop'));
      yield {
        messageId: 'missing',
        data: { ...dataOf(serving, figures, grace, actionOf(cluster, platform)) },
        at: { resource, path: [...container.path, 'lifecycle', 'preStop'] },
        container: container.name,
        evidence: [
          servingEvidence(serving),
          { text: figureText(figures.propagationSeconds) },
          ...platform.evidence,
        ],
        ...(picture !== null && { picture }),
      };
    }
  },
});

/** Served by a Service with an address. Of a headless one nobody knows when its clients ask for names again. */
function routedContainers(inventory: Inventory, workload: Workload): readonly Serving[] {
  const serving = servingContainers(inventory, workload);
  if (!serving.some(({ headless }) => headless)) return serving;
  const resources = inventory.around.resources.filter(
    (resource) => readField(resource, ['spec', 'clusterIP']).value !== 'None',
  );
  return servingContainers({ ...inventory, around: { ...inventory.around, resources } }, workload);
}

function dataOf(
  { container, service, port }: Serving,
  { propagationSeconds, preStopSeconds }: Figures,
  grace: GracePeriod,
  action: Missing['action'],
): Missing {
  return {
    container: container.name,
    service: service.ref.name,
    port,
    propagationSeconds: propagationSeconds.atLeast,
    propagationFrom: propagationSeconds.from,
    delaySeconds: preStopSeconds.atLeast,
    delayFrom: preStopSeconds.from,
    graceSeconds: grace.seconds,
    action,
  };
}

function figureText({ atLeast, atMost, from }: Figure): string {
  return `${from}: ${atLeast === atMost ? atLeast : `${atLeast}-${atMost}`} s`;
}

function actionOf(cluster: Cluster, { name }: Platform): Missing['action'] {
  if (hasSleepAction(cluster)) return 'sleep';
  return name === 'windows' ? 'windows' : 'exec';
}

/** Where nothing else can take the requests meanwhile, a delay only moves the gap. */
/** Ports of stores and queues that have no other use: MySQL, PostgreSQL, Redis, Cassandra, AMQP, Kafka, memcached, MongoDB. */
const storePorts: ReadonlySet<number> = new Set([3306, 5432, 5672, 6379, 9042, 9092, 11211, 27017]);

/** Pods that stay with their node are not moved by drains, and what is on the node's network is asked there. */
function isOnNodes(workload: Workload): boolean {
  const network = podField(workload, 'hostNetwork');
  const onHost = network.value === true || network.from === 'unknown';
  return workload.resource.ref.kind === 'DaemonSet' || onHost;
}

function isAlone(workload: Workload): boolean {
  if (mayRunNothing(workload)) return true;
  const { replicas, resource } = workload;
  const { value: strategy, from } = readString(resource, ['spec', 'strategy', 'type']);
  if (from === 'unknown') return true;
  return replicas.value === 1 && (resource.ref.kind === 'StatefulSet' || strategy === 'Recreate');
}

/** A hook of unknown length may be a delay; a `tcpSocket` hook is the subject of `hook-invalid`. */
function lacksDelay(workload: Workload, container: Container): boolean {
  // Its arguments may tell it to wait by itself.
  if (runsUnknown(workload, container)) return false;
  const hook = hookDuration(workload, container, 'preStop');
  const short = hook === 'absent' || (typeof hook === 'object' && hook.atMost < 1);
  const socket = containerField(workload, container, 'lifecycle', 'preStop', 'tcpSocket').from !== 'absent';
  return short && !socket && delaySettings(workload, container).length === 0 && !drains(workload, container);
}

function drains(workload: Workload, container: Container): boolean {
  return serverTimeouts(workload, container).some(({ written }) => written);
}

/** The change that takes a delay away is the subject of `pre-stop-removed`. */
function isLostNow({ before }: Subject, workload: Workload, container: Container): boolean {
  const base = before?.workload ?? null;
  const was = base === null ? undefined : sameContainer(workload, container.name, base);
  if (base === null || was === undefined) return false;
  const hook = hookDuration(base, was, 'preStop');
  return typeof hook === 'object' && hook.atLeast >= 1;
}
