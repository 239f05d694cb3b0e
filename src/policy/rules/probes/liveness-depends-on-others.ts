import { detection, probeOf } from '../../../lifecycle/probe.ts';
import { runningContainers } from '../../../resources/serving.ts';
import type { Container, Workload } from '../../../resources/workload.ts';
import { code, count } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { questionOf } from '../../support/handlers.ts';
import { type Dependence, livenessDependence } from '../../support/liveness-target.ts';

interface Depends {
  readonly container: string;
  readonly program: string | null;
  readonly path: string | null;
  readonly host: string | null;
  /** The readiness probe asks the same. */
  readonly sameAsReadiness: boolean;
  /** Path that the framework answers for liveness; null where nothing says which framework it is. */
  readonly livenessPath: string | null;
  /** Null where a number of the probe is not known. */
  readonly failures: number | null;
  readonly periodSeconds: number | null;
  readonly atLeastSeconds: number | null;
  readonly atMostSeconds: number | null;
}

const asks = ({ path, program }: Depends, what: string): string =>
  path === null ? `${what}, with ${code(program ?? '')}` : code(path);

function restart({ failures, periodSeconds, atLeastSeconds, atMostSeconds }: Depends): string {
  if (failures === null) return 'its failures restart the container.';
  return (
    `${count(failures, 'failure')} every ${periodSeconds} s (${atLeastSeconds}-${atMostSeconds} s) ` +
    `${failures === 1 ? 'restarts' : 'restart'} the container.`
  );
}

const hazard = { class: 'hazard', severity: 'warning' } as const;
const together =
  'On every replica that shares the cause the container is restarted, although none of them is broken; a restart repairs ' +
  'nothing there, and starting pods add load while it comes back.';
const toReadiness =
  'a `readinessProbe` takes the pod out of traffic and brings it back by itself. Let liveness ask only whether the process ' +
  'still answers.';

const client: Message<Depends> = {
  ...hazard,
  title: ({ container, program }) =>
    `Trouble on another host restarts ${code(container)}: its liveness probe runs ${code(program ?? '')} against it`,
  text: (data) =>
    `The command of the liveness probe of ${code(data.container)} runs ${code(data.program ?? '')} against a host that is ` +
    `not the pod: ${restart(data)}`,
  why: () => `When that host is down, slow or out of reach, the probe fails everywhere at once. ${together}`,
  fix: ({ program }) => `Move the ${code(program ?? '')} call out of liveness: ${toReadiness}`,
};

const host: Message<Depends> = {
  ...hazard,
  title: ({ container, host }) =>
    `The liveness probe of ${code(container)} asks ${code(host ?? '')}, not the container`,
  text: (data) => `\`host\` of the liveness probe is ${code(data.host ?? '')}: ${restart(data)}`,
  why: () =>
    `The answer says nothing about this container. When that host is down, the probe fails everywhere at once. ${together}`,
  fix: () => 'Remove `host`: the probe then asks the pod, by its own address.',
};

const node: Message<Depends> = {
  ...hazard,
  title: ({ container, host }) =>
    `The liveness probe of ${code(container)} asks its node, not the container: \`host\` is ${code(host ?? '')}`,
  text: (data) =>
    `The kubelet connects from the node, and the pod has a network of its own: ${code(data.host ?? '')} is the node there. ` +
    `If nothing on the node answers, ${restart(data)}`,
  why: () =>
    'The answer says nothing about this container: it is restarted, or kept, for what the node does.',
  fix: () => 'Remove `host`: the probe then asks the pod, by its own address.',
};

const readiness: Message<Depends> = {
  ...hazard,
  title: (data) =>
    `${code(data.container)} is restarted whenever it is not ready: its liveness probe asks ` +
    asks(data, 'for readiness'),
  text: (data) =>
    `The liveness probe of ${code(data.container)} asks ${asks(data, 'for readiness')}` +
    `${data.path === null ? '' : ', by its name the question whether it is ready'}` +
    `${data.sameAsReadiness ? '; the readiness probe asks the same, so liveness depends on what readiness depends on' : ''}: ` +
    restart(data),
  why: () =>
    'A container is not ready while a dependency is away, while it warms up or while it drains, and needs no restart then. ' +
    together,
  fix: ({ livenessPath }) =>
    livenessPath === null
      ? 'Ask a path that answers whenever the process is not stuck, whatever its dependencies do.'
      : `Ask ${code(livenessPath)}.`,
};

const dependency: Message<Depends> = {
  ...hazard,
  title: (data) =>
    `Trouble of a dependency restarts ${code(data.container)}: its liveness probe asks ${asks(data, 'for its state')}`,
  text: (data) =>
    `The liveness probe of ${code(data.container)} asks ${asks(data, 'for the state of a dependency')}` +
    `${data.path === null ? '' : ', by its name the state of a dependency'}: ${restart(data)}`,
  why: () => `When the dependency is down or slow, the probe fails everywhere at once. ${together}`,
  fix: () => `Ask for a dependency in readiness, where at all: ${toReadiness}`,
};

const springAggregate: Message<Depends> = {
  ...hazard,
  title: (data) =>
    `Any dependency that is down restarts ${code(data.container)}: its liveness probe asks ` +
    asks(data, "for Spring Boot's aggregate health"),
  text: (data) =>
    `The liveness probe of ${code(data.container)} asks ${asks(data, "for Spring Boot's aggregate health")}, which is ` +
    `\`DOWN\` as soon as one health indicator is (database, cache, broker, disk): ${restart(data)}`,
  why: () => `When one dependency is down, the probe fails everywhere at once. ${together}`,
  fix: ({ livenessPath }) =>
    `Ask ${livenessPath === null ? 'the group `liveness` below it' : code(livenessPath)}: Spring Boot 2.3 and later answer ` +
    'it on Kubernetes without any setting, from the state of the application alone.',
};

export const livenessDependsOnOthers = defineRule({
  id: 'liveness-depends-on-others',
  category: 'probes',
  about: 'workloads',
  title: 'A liveness probe that depends on more than its container',
  messages: { client, host, node, readiness, dependency, 'spring-aggregate': springAggregate },
  references: [
    {
      title: 'Kubernetes: liveness, readiness and startup probes',
      url: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    },
    {
      title: 'Spring Boot: checking external state with Kubernetes probes',
      url: 'https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.kubernetes-probes.external-state',
    },
  ],
  cites: ['livenessDetection'],
  *check({ workload }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    for (const container of runningContainers(workload)) {
      const found = livenessDependence(workload, container);
      if (found === null) continue;
      yield {
        messageId: found.kind,
        data: { ...dataOf(workload, container, found) },
        at: { resource: workload.resource, path: found.at },
        container: container.name,
      };
    }
  },
});

function dataOf(workload: Workload, container: Container, { program, path, host }: Dependence): Depends {
  const probe = probeOf(workload, container, 'livenessProbe');
  const known = typeof probe === 'string' ? null : { probe, bound: detection(probe) };
  const asked = questionOf(workload, container, 'livenessProbe');
  const other = questionOf(workload, container, 'readinessProbe');
  return {
    container: container.name,
    program,
    path,
    host,
    sameAsReadiness: asked !== null && asked.key === other?.key,
    livenessPath: livenessPathOf(path),
    failures: known?.probe.failureThreshold ?? null,
    periodSeconds: known?.probe.periodSeconds ?? null,
    atLeastSeconds: known?.bound.atLeast ?? null,
    atMostSeconds: known?.bound.atMost ?? null,
  };
}

/** Spring Boot's and Quarkus' own paths; other frameworks cannot be told from the path. */
function livenessPathOf(path: string | null): string | null {
  const spring = /^(.*\/actuator\/health)(\/readiness)?\/?$/.exec(path ?? '')?.[1];
  if (spring !== undefined) return `${spring}/liveness`;
  const quarkus = /^(.*\/q\/health)\/ready\/?$/.exec(path ?? '')?.[1];
  return quarkus === undefined ? null : `${quarkus}/live`;
}
