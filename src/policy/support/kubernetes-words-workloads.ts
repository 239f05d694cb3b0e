import { failingRequirements } from '../../kubernetes/selectors.ts';
import { labelSelector } from '../../resources/inventory.ts';
import { readField, readNumber, readString } from '../../resources/resource.ts';
import { labelSet } from '../../resources/workload.ts';
import { code } from '../../text/escape.ts';
import type { Explanation } from './kubernetes-words.ts';
import { requirementPath, requirementText } from './selects-nothing-words.ts';

interface Rolling {
  readonly maxSurge: string;
  readonly maxUnavailable: string;
  readonly isDefault: boolean;
}

interface Deadline {
  readonly progressDeadlineSeconds: number;
  readonly minReadySeconds: number;
  readonly deadlineIsDefault: boolean;
}

interface Mismatch {
  readonly object: string;
  readonly wanted: string;
  readonly key: string;
  readonly has: string | null;
}

interface Restart {
  readonly kind: string;
  readonly restartPolicy: string;
  readonly isDefault: boolean;
}

interface Schedule {
  readonly schedule: string;
  readonly fields: number;
  readonly hasTimeZone: boolean;
}

const rollingUpdate = ['spec', 'updateStrategy', 'rollingUpdate'];
const strategy = ['spec', 'strategy', 'rollingUpdate'];

/** Facts: lifecycle-facts sections C, J and L; pkg/apis/{apps,batch}/validation of Kubernetes. */
export const explainedWorkloads: readonly Explanation[] = [
  {
    id: 'no-surge-no-unavailable',
    field: /^spec\.strategy\.rollingUpdate\.maxUnavailable$/,
    detail: /^may not be 0 when `maxSurge` is 0$/,
    read(resource, at) {
      const surge = readField(resource, [...strategy, 'maxSurge']);
      const maxUnavailable = String(readField(resource, at).value);
      return {
        data: { maxSurge: String(surge.value), maxUnavailable },
        also: [surge.path],
      };
    },
    title: ({ maxSurge, maxUnavailable }: Rolling) =>
      `No rollout can start: \`maxSurge\` is ${code(maxSurge)} and \`maxUnavailable\` is ${code(maxUnavailable)}`,
    text: ({ maxSurge, maxUnavailable }: Rolling) =>
      `A rollout either adds a pod first (\`maxSurge\` ${code(maxSurge)}) or takes one away first (\`maxUnavailable\` ${code(maxUnavailable)}), and both allow 0.`,
    fix: () => 'Write `maxSurge: 1` with `maxUnavailable: 0`: each new pod is ready before an old one goes.',
  },
  {
    id: 'recreate-with-rolling-update',
    field: /^spec\.strategy\.rollingUpdate$/,
    detail: /^may not be specified when strategy `type` is/,
    read: () => ({ data: { type: 'Recreate' }, also: [['spec', 'strategy']] }),
    title: () => '`strategy.type` is `Recreate`, and `rollingUpdate` is set',
    text: () =>
      '`Recreate` stops every old pod before the first new one starts, so it takes no rolling-update settings.',
    fix: () => 'Remove `rollingUpdate`; in a patch over an existing Deployment write `rollingUpdate: null`.',
  },
  {
    id: 'progress-deadline',
    field: /^spec\.progressDeadlineSeconds$/,
    detail: /^must be greater than minReadySeconds$/,
    read(resource, path) {
      const deadline = readNumber(resource, path);
      const ready = readNumber(resource, ['spec', 'minReadySeconds']);
      if (deadline.value === undefined) return null;
      const data = {
        progressDeadlineSeconds: deadline.value,
        minReadySeconds: ready.value ?? 0,
        deadlineIsDefault: deadline.from !== 'set',
      };
      return { data, at: deadline.from === 'set' ? path : ready.path, also: [ready.path] };
    },
    title: ({ progressDeadlineSeconds, minReadySeconds }: Deadline) =>
      `A rollout has ${progressDeadlineSeconds} s to make progress, and a pod counts as available after ${minReadySeconds} s`,
    text: ({ progressDeadlineSeconds, minReadySeconds, deadlineIsDefault }: Deadline) =>
      `\`progressDeadlineSeconds\` is ${deadlineIsDefault ? `not set, so Kubernetes uses ${progressDeadlineSeconds} s` : `${progressDeadlineSeconds}`}; it must be more than \`minReadySeconds\`, ${minReadySeconds} s.`,
    fix: ({ minReadySeconds }: Deadline) =>
      `Write a \`progressDeadlineSeconds\` of more than ${minReadySeconds} s and the time that a pod takes to become ready, or a shorter \`minReadySeconds\`.`,
  },
  {
    id: 'selector-misses-template',
    field: /\.template\.metadata\.labels$/,
    detail: /^`selector` does not match template `labels`$/,
    read(resource, path) {
      const selectorPath = ['spec', 'selector'];
      const selector = labelSelector(resource, selectorPath);
      if (selector === 'unknown') return null;
      const labels = labelSet(readField(resource, path));
      const [failing] = failingRequirements(selector, labels);
      if (failing === undefined) return null;
      const has = labels.labels[failing.key] ?? null;
      return {
        data: { wanted: requirementText(failing), key: failing.key, has },
        at: has === null ? requirementPath(resource, selectorPath, failing) : [...path, failing.key],
        also: [selectorPath, path],
      };
    },
    title: ({ object, wanted, key, has }: Mismatch) =>
      `${code(object)} does not select its own pods: it wants ${code(wanted)}, they have ${has === null ? `no ${code(key)}` : code(`${key}: ${has}`)}`,
    text: ({ wanted, key, has }: Mismatch) =>
      `\`selector\` asks for ${code(wanted)}; the template's labels have ${has === null ? `no ${code(key)}` : code(`${key}: ${has}`)}.`,
    fix: ({ wanted }: Mismatch) =>
      `Give the template the label that the selector wants (${code(wanted)}). The selector of an object that exists cannot be changed.`,
  },
  {
    id: 'restart-policy',
    field: /\.template\.spec\.restartPolicy$/,
    detail: /^(supported values: "Always"$|valid values: "OnFailure", "Never")/,
    read(resource, path) {
      const policy = readString(resource, path);
      const { kind } = resource.ref;
      return {
        data: { kind, restartPolicy: policy.value ?? 'Always', isDefault: policy.from !== 'set' },
      };
    },
    title: ({ kind, restartPolicy, isDefault }: Restart) =>
      isDefault
        ? `${code(kind)} states no \`restartPolicy\`, and takes only \`OnFailure\` or \`Never\``
        : `${code(kind)} has \`restartPolicy\` ${code(restartPolicy)}, which it does not take`,
    text: ({ kind, restartPolicy, isDefault }: Restart) =>
      takesOnlyAlways(kind)
        ? `\`restartPolicy\` is ${code(restartPolicy)}; the pods of a ${code(kind)} run for ever, so it takes \`Always\` only.`
        : `\`restartPolicy\` is ${isDefault ? 'not set, which means `Always`' : code(restartPolicy)}; the pods of a ${code(kind)} run to an end.`,
    fix: ({ kind }: Restart) =>
      takesOnlyAlways(kind)
        ? 'Remove the line. Work that ends belongs in a `Job`.'
        : 'Write `restartPolicy: OnFailure` (the container is started again in its pod) or `Never` (a new pod is made).',
  },
  {
    id: 'schedule',
    field: /^spec\.schedule$/,
    detail: /^(expected exactly|cannot use (both )?(TZ|timeZone))/,
    read(resource, path) {
      const schedule = readString(resource, path).value;
      if (schedule === undefined) return null;
      const hasTimeZone = /TZ=/.test(schedule);
      return { data: { schedule, fields: schedule.trim().split(/\s+/).length, hasTimeZone } };
    },
    title: ({ schedule, fields, hasTimeZone }: Schedule) =>
      hasTimeZone
        ? `Schedule ${code(schedule)} holds a time zone`
        : `Schedule ${code(schedule)} has ${fields} fields; a CronJob takes 5`,
    text: ({ fields, hasTimeZone }: Schedule) =>
      hasTimeZone
        ? '`TZ=` and `CRON_TZ=` are not read in `schedule`.'
        : `The schedule has ${fields} fields; the 5 are minute, hour, day of the month, month and day of the week.`,
    fix: ({ hasTimeZone }: Schedule) =>
      hasTimeZone
        ? 'Write the zone into `timeZone`, e.g. `timeZone: Etc/UTC`.'
        : 'Write 5 fields, e.g. `*/5 * * * *` for every five minutes; a CronJob has no seconds.',
  },
  {
    id: 'daemon-set-rolling-update',
    field: /^spec\.updateStrategy\.rollingUpdate\.(maxSurge|maxUnavailable)$/,
    detail: /^(may not be set when maxUnavailable is non-zero|cannot be 0 when maxSurge is 0)$/,
    read(resource) {
      const surge = readField(resource, [...rollingUpdate, 'maxSurge']);
      const unavailable = readField(resource, [...rollingUpdate, 'maxUnavailable']);
      return {
        data: {
          maxSurge: String(surge.value),
          maxUnavailable: String(unavailable.value),
          isDefault: unavailable.from === 'default',
        },
        also: [surge.path, unavailable.path],
      };
    },
    title: ({ maxSurge, maxUnavailable }: Rolling) =>
      `\`maxSurge\` is ${code(maxSurge)} and \`maxUnavailable\` is ${code(maxUnavailable)}; a DaemonSet takes exactly one of them above 0`,
    text: ({ maxSurge, maxUnavailable, isDefault }: Rolling) =>
      `On each node a DaemonSet either adds the new pod first (\`maxSurge\` ${code(maxSurge)}) or removes the old one first (\`maxUnavailable\` ${code(maxUnavailable)}${isDefault ? ', which Kubernetes sets by itself' : ''}).`,
    fix: ({ maxSurge }: Rolling) =>
      /^0%?$/.test(maxSurge)
        ? 'Write `maxUnavailable: 1`.'
        : 'Write `maxUnavailable: 0` beside `maxSurge`: unset it is 1.',
  },
  {
    id: 'on-delete-with-rolling-update',
    field: /^spec\.updateStrategy\.rollingUpdate$/,
    detail: /^only allowed for updateStrategy/,
    read: () => ({ data: { type: 'OnDelete' }, also: [['spec', 'updateStrategy']] }),
    title: () => '`updateStrategy.type` is `OnDelete`, and `rollingUpdate` is set',
    text: () => '`OnDelete` updates a pod when somebody deletes it, so it takes no rolling-update settings.',
    fix: () => 'Remove `rollingUpdate`, or write `type: RollingUpdate`.',
  },
];

function takesOnlyAlways(kind: string): boolean {
  return kind !== 'Job' && kind !== 'CronJob';
}
