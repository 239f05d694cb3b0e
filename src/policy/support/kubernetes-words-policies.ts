import { readField, readNumber } from '../../resources/resource.ts';
import { code } from '../../text/escape.ts';
import type { Explanation } from './kubernetes-words.ts';

interface Floor {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly minIsDefault: boolean;
  readonly maxIsSet: boolean;
}

interface Budget {
  readonly minAvailable: string;
  readonly maxUnavailable: string;
}

interface Amount {
  readonly field: string;
  readonly value: string;
}

/** Facts: lifecycle-facts sections D and L; pkg/apis/{autoscaling,policy}/validation of Kubernetes. */
export const explainedPolicies: readonly Explanation[] = [
  {
    id: 'autoscaler-maximum',
    field: /^spec\.maxReplicas$/,
    detail: /^(must be greater than or equal to `minReplicas`|must be set and greater than 0)$/,
    read(resource, path) {
      const minimum = readNumber(resource, ['spec', 'minReplicas']);
      const maximum = readNumber(resource, path);
      return {
        data: {
          minReplicas: minimum.value ?? 1,
          maxReplicas: maximum.from === 'set' ? (maximum.value ?? 0) : 0,
          minIsDefault: minimum.from !== 'set',
          maxIsSet: maximum.from === 'set',
        },
        also: [minimum.path],
        group: 'maxReplicas',
      };
    },
    title: ({ minReplicas, maxReplicas, maxIsSet }: Floor) =>
      maxIsSet
        ? `The autoscaler's maximum of ${maxReplicas} is below its minimum of ${minReplicas}`
        : 'The autoscaler has no maximum',
    text: ({ minReplicas, maxReplicas, minIsDefault, maxIsSet }: Floor) =>
      `\`maxReplicas\` is ${maxIsSet ? maxReplicas : 'not set'} and \`minReplicas\` is ${minIsDefault ? `not set, which means ${minReplicas}` : minReplicas}.`,
    fix: ({ minReplicas }: Floor) => `Write \`maxReplicas: ${minReplicas}\` or more, or lower the minimum.`,
  },
  {
    id: 'autoscaler-minimum',
    field: /^spec\.(minReplicas|metrics)$/,
    detail:
      /^(must be greater than or equal to|must specify at least one Object or External metric to support)/,
    read(resource) {
      const at = ['spec', 'minReplicas'];
      const { value } = readNumber(resource, at);
      return value === 0 ? { data: { minReplicas: 0 }, at, group: 'minReplicas' } : null;
    },
    title: () => 'The autoscaler goes down to 0 pods, and its least is 1',
    text: () =>
      '`minReplicas` is 0; without the alpha feature gate `HPAScaleToZero` a HorizontalPodAutoscaler takes 1 or more.',
    fix: () => 'Write `minReplicas: 1`. KEDA scales to zero by itself, with `minReplicaCount: 0`.',
  },
  {
    id: 'budget-two-fields',
    field: /^spec$/,
    detail: /^minAvailable and maxUnavailable cannot be both set$/,
    read(resource) {
      const minimum = readField(resource, ['spec', 'minAvailable']);
      const maximum = readField(resource, ['spec', 'maxUnavailable']);
      if (minimum.value === undefined || maximum.value === undefined) return null;
      return {
        data: { minAvailable: String(minimum.value), maxUnavailable: String(maximum.value) },
        at: maximum.path,
        also: [minimum.path],
      };
    },
    title: ({ minAvailable, maxUnavailable }: Budget) =>
      `The budget states ${code(`minAvailable: ${minAvailable}`)} and ${code(`maxUnavailable: ${maxUnavailable}`)}; it takes 1 of them`,
    text: ({ minAvailable, maxUnavailable }: Budget) =>
      `\`minAvailable\` is ${code(minAvailable)} and \`maxUnavailable\` is ${code(maxUnavailable)}: 2 limits where Kubernetes takes 1.`,
    fix: () =>
      'Keep `maxUnavailable`: it keeps its meaning when the number of pods changes. A patch that replaces one sets the other to `null`.',
  },
  {
    id: 'amount-as-text',
    field: /\.(minAvailable|maxUnavailable|maxSurge)$/,
    detail: /^(a valid percent string must be|must be an integer or percentage)/,
    read(resource, path) {
      const { value } = readField(resource, path);
      return typeof value === 'string' ? { data: { field: String(path.at(-1)), value } } : null;
    },
    title: ({ field, value }: Amount) =>
      `${code(`${field}: "${value}"`)} is text, neither a number nor a percentage`,
    text: ({ value }: Amount) =>
      `The value is the text ${code(value)}; a number of pods stands without quotes, a percentage ends with \`%\`.`,
    fix: ({ field, value }: Amount) =>
      /^\d+$/.test(value)
        ? `Write ${code(`${field}: ${value}`)} for pods or ${code(`${field}: ${value}%`)} for a share.`
        : 'Write a number of pods, or a percentage such as `50%`.',
  },
];
