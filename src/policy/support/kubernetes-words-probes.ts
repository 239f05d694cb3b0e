import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { readNumber } from '../../resources/resource.ts';
import { code } from '../../text/escape.ts';
import { containerAt, type Explanation, listed } from './kubernetes-words.ts';

interface Handlers {
  readonly container: string;
  readonly probe: string;
  readonly handlers: readonly string[];
}

interface NoHandler {
  readonly container: string;
  readonly probe: string;
  readonly isHook: boolean;
}

interface Threshold {
  readonly container: string;
  readonly probe: string;
  readonly successThreshold: number;
}

interface Sleep {
  readonly container: string;
  readonly probe: string;
  readonly sleepSeconds: number;
  readonly graceSeconds: number;
  readonly graceIsDefault: boolean;
}

interface InitFields {
  readonly container: string;
  readonly fields: readonly string[];
}

const handlerNames = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const onlyForSidecars = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

/** Facts: lifecycle-facts sections A, B and L; pkg/apis/core/validation of Kubernetes. */
export const explainedProbes: readonly Explanation[] = [
  {
    id: 'two-handlers',
    field: /\.(livenessProbe|readinessProbe|startupProbe|preStop|postStart)\.[A-Za-z]+$/,
    detail: /^may not specify more than 1 handler type$/,
    read(resource, path) {
      const parent = path.slice(0, -1);
      const container = containerAt(resource, path);
      const value = valueAt(resource.manifest.value, parent);
      if (container === undefined || !isMap(value)) return null;
      const handlers = handlerNames.filter((name) => value[name] !== undefined && value[name] !== null);
      if (handlers.length < 2) return null;
      const probe = String(parent.at(-1));
      return { data: { container, probe, handlers }, at: parent, group: JSON.stringify(parent) };
    },
    title: ({ container, probe, handlers }: Handlers) =>
      `${code(probe)} of ${code(container)} has ${handlers.length} handlers: ${listed(handlers)}`,
    text: ({ probe, handlers }: Handlers) =>
      `A probe or hook takes exactly 1 handler; ${code(probe)} states ${handlers.length}: ${listed(handlers)}.`,
    fix: ({ handlers }: Handlers) =>
      `Keep one of ${listed(handlers)}. Patches and values files merge handlers instead of replacing them: what replaces one sets the other to \`null\`.`,
  },
  {
    id: 'no-handler',
    field: /\.(livenessProbe|readinessProbe|startupProbe|preStop|postStart)$/,
    detail: /^must specify a handler type$/,
    read(resource, path) {
      const container = containerAt(resource, path);
      if (container === undefined) return null;
      const probe = String(path.at(-1));
      return { data: { container, probe, isHook: !probe.endsWith('Probe') } };
    },
    title: ({ container, probe }: NoHandler) => `${code(probe)} of ${code(container)} has nothing to run`,
    text: ({ probe, isHook }: NoHandler) =>
      `${code(probe)} states 0 handlers; it takes exactly 1 of ${isHook ? '`exec`, `httpGet` and `sleep`' : '`exec`, `httpGet`, `tcpSocket` and `grpc`'}.`,
    fix: ({ probe }: NoHandler) => `Add one handler to ${code(probe)}, or leave ${code(probe)} out.`,
  },
  {
    id: 'success-threshold',
    field: /\.(livenessProbe|startupProbe)\.successThreshold$/,
    detail: /^must be 1$/,
    read(resource, path) {
      const container = containerAt(resource, path);
      const { value } = readNumber(resource, path);
      if (container === undefined || value === undefined) return null;
      return { data: { container, probe: String(path.at(-2)), successThreshold: value } };
    },
    title: ({ container, probe, successThreshold }: Threshold) =>
      `${code(probe)} of ${code(container)} asks for ${successThreshold} successes, and 1 is the only value it takes`,
    text: ({ probe, successThreshold }: Threshold) =>
      `${code(probe)} has \`successThreshold: ${successThreshold}\`; liveness and startup probes take exactly 1, only a readiness probe takes more.`,
    fix: () => 'Write `successThreshold: 1`, or leave the line out.',
  },
  {
    id: 'readiness-grace-period',
    field: /\.readinessProbe\.terminationGracePeriodSeconds$/,
    detail: /^must not be set for readinessProbes$/,
    read(resource, path) {
      const container = containerAt(resource, path);
      const { value } = readNumber(resource, path);
      if (container === undefined || value === undefined) return null;
      return { data: { container, probe: 'readinessProbe', graceSeconds: value } };
    },
    title: ({ container, graceSeconds }: { container: string; graceSeconds: number }) =>
      `\`readinessProbe\` of ${code(container)} sets a grace period of ${graceSeconds} s, which no readiness probe has`,
    text: ({ graceSeconds }: { graceSeconds: number }) =>
      `\`readinessProbe\` has \`terminationGracePeriodSeconds: ${graceSeconds}\`; a failed readiness probe stops traffic and never the container, so that only liveness and startup probes have one.`,
    fix: () =>
      "Remove the line. The time that the pod has to stop is `terminationGracePeriodSeconds` of the pod's `spec`.",
  },
  {
    id: 'init-container-hooks',
    field: /initContainers\[\d+\]\.(lifecycle|livenessProbe|readinessProbe|startupProbe)$/,
    detail: /^may not be set for init containers/,
    read(resource, path) {
      const parent = path.slice(0, -1);
      const container = containerAt(resource, path);
      const value = valueAt(resource.manifest.value, parent);
      if (container === undefined || !isMap(value)) return null;
      const fields = onlyForSidecars.filter((name) => value[name] !== undefined && value[name] !== null);
      return {
        data: { container, fields },
        at: [...parent, fields[0] ?? 'lifecycle'],
        also: [[...parent, 'restartPolicy']],
        group: JSON.stringify(parent),
      };
    },
    title: ({ container, fields }: InitFields) =>
      `Init container ${code(container)} has ${listed(fields)}, which only a sidecar may have`,
    text: ({ container, fields }: InitFields) =>
      `${code(container)} is an init container without \`restartPolicy: Always\`: it runs to its end before the others start, and takes neither probes nor hooks; it states ${listed(fields)}.`,
    fix: ({ container, fields }: InitFields) =>
      `If ${code(container)} runs to an end, remove ${listed(fields)}. If it stays beside the others, add \`restartPolicy: Always\` to it (Kubernetes 1.29 or newer).`,
  },
  {
    id: 'sleep-exceeds-grace-period',
    field: /\.(preStop|postStart)\.sleep$/,
    detail: /less than terminationGracePeriodSeconds/,
    read(resource, path) {
      const container = containerAt(resource, path);
      const containers = path.findIndex((step) => step === 'containers' || step === 'initContainers');
      const grace = readNumber(resource, [...path.slice(0, containers), 'terminationGracePeriodSeconds']);
      const { value: sleepSeconds } = readNumber(resource, [...path, 'seconds']);
      const graceSeconds = grace.value ?? 30;
      if (container === undefined || sleepSeconds === undefined || sleepSeconds <= graceSeconds) return null;
      const graceIsDefault = grace.from !== 'set';
      const data = { container, probe: String(path.at(-2)), sleepSeconds, graceSeconds, graceIsDefault };
      return { data, at: [...path, 'seconds'], also: [grace.path] };
    },
    title: ({ container, probe, sleepSeconds, graceSeconds }: Sleep) =>
      `${code(probe)} of ${code(container)} sleeps ${sleepSeconds} s of a ${graceSeconds} s grace period`,
    text: ({ sleepSeconds, graceSeconds, graceIsDefault }: Sleep) =>
      `\`sleep.seconds\` is ${sleepSeconds}; \`terminationGracePeriodSeconds\` is ${graceIsDefault ? `not set, so Kubernetes uses ${graceSeconds} s` : `${graceSeconds}`}, and a sleep takes that much at most.`,
    fix: ({ sleepSeconds }: Sleep) =>
      `Set \`terminationGracePeriodSeconds\` to more than ${sleepSeconds} s and the time that the app takes to stop, or sleep less.`,
  },
];
