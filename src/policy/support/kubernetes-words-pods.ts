import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import {
  type Resource,
  readField,
  readList,
  readMap,
  readNumber,
  readString,
} from '../../resources/resource.ts';
import { code } from '../../text/escape.ts';
import { nearest } from '../../text/nearest.ts';
import { containerAt, type Explanation, listed } from './kubernetes-words.ts';

interface Spread {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly whenUnsatisfiable: string;
}

interface Amounts {
  readonly container: string;
  readonly resource: string;
  readonly request: string;
  readonly limit: string;
}

interface Ports {
  readonly container: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

interface PortName {
  readonly name: string;
  readonly characters: number;
}

interface Mount {
  readonly volume: string;
  readonly containers: readonly string[];
  readonly nearest: string | null;
}

interface Label {
  readonly key: string;
  readonly characters: number;
  readonly holds: string | null;
}

const longestLabel = 63;
const longestPortName = 15;

function spreadData(resource: Resource, path: FieldPath): Spread {
  return {
    topologyKey: readString(resource, [...path, 'topologyKey']).value ?? '',
    maxSkew: readNumber(resource, [...path, 'maxSkew']).value ?? 0,
    minDomains: readNumber(resource, [...path, 'minDomains']).value ?? 0,
    whenUnsatisfiable: readString(resource, [...path, 'whenUnsatisfiable']).value ?? '',
  };
}

/** Path of the pod spec that a field of a container stands in. */
function podSpecOf(path: FieldPath): FieldPath {
  return path.slice(
    0,
    path.findIndex((step) => step === 'containers' || step === 'initContainers'),
  );
}

/** Containers of a pod spec that mount a volume, in order. */
function mounters(resource: Resource, podSpec: FieldPath, volume: string): readonly string[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    readList(resource, [...podSpec, list])
      .filter((container) => {
        const mounts = valueAt(container, ['volumeMounts']);
        return Array.isArray(mounts) && mounts.some((mount) => valueAt(mount, ['name']) === volume);
      })
      .map((container) => String(valueAt(container, ['name']))),
  );
}

/** The first label whose value Kubernetes refuses: too long, or a character that no label value has. */
function badLabel(labels: Readonly<Record<string, unknown>>, tooLong: boolean): Label | undefined {
  return Object.entries(labels)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([key, value]) => ({
      key,
      characters: value.length,
      holds: /[^A-Za-z0-9._-]/.exec(value)?.[0] ?? null,
    }))
    .find(({ characters, holds }) => (tooLong ? characters > longestLabel : holds !== null));
}

/** Facts: lifecycle-facts sections E, I and L; pkg/apis/core/validation of Kubernetes. */
export const explainedPods: readonly Explanation[] = [
  {
    id: 'max-skew',
    field: /topologySpreadConstraints\[\d+\]\.maxSkew$/,
    detail: /^must be greater than zero$/,
    read: (resource, path) => ({ data: { ...spreadData(resource, path.slice(0, -1)) } }),
    title: ({ topologyKey, maxSkew }: Spread) =>
      `Spread over ${code(topologyKey)} allows a difference of ${maxSkew} pods; the least is 1`,
    text: ({ maxSkew }: Spread) =>
      `\`maxSkew\` is ${maxSkew}${maxSkew === 0 ? ' (also when it is not set)' : ''} and must be 1 or more: 3 pods over 2 domains always differ by 1.`,
    fix: () => 'Write `maxSkew: 1`, the most even spread there is.',
  },
  {
    id: 'min-domains',
    field: /topologySpreadConstraints\[\d+\]\.minDomains$/,
    detail: /^can only use minDomains if whenUnsatisfiable=DoNotSchedule/,
    read: (resource, path) => ({
      data: { ...spreadData(resource, path.slice(0, -1)) },
      also: [[...path.slice(0, -1), 'whenUnsatisfiable']],
    }),
    title: ({ topologyKey, minDomains }: Spread) =>
      `\`minDomains: ${minDomains}\` over ${code(topologyKey)} needs \`whenUnsatisfiable: DoNotSchedule\``,
    text: ({ minDomains, whenUnsatisfiable }: Spread) =>
      `\`minDomains\` is ${minDomains} and \`whenUnsatisfiable\` is ${code(whenUnsatisfiable)}: a least number of domains is only kept by a constraint that holds pods back.`,
    fix: () => 'Remove `minDomains`, or write `whenUnsatisfiable: DoNotSchedule`.',
  },
  {
    id: 'duplicate-spread',
    field: /topologySpreadConstraints\[\d+\]\.\{/,
    detail: /^Duplicate value$/,
    read: (resource, path) => ({ data: { ...spreadData(resource, path) } }),
    title: ({ topologyKey, whenUnsatisfiable }: Spread) =>
      `Two spread constraints over ${code(topologyKey)} with ${code(whenUnsatisfiable)}`,
    text: ({ topologyKey, whenUnsatisfiable }: Spread) =>
      `The pair of \`topologyKey\` ${code(topologyKey)} and \`whenUnsatisfiable\` ${code(whenUnsatisfiable)} names a constraint, and it stands in the list 2 times or more.`,
    fix: () => 'Make one constraint of them, with the smaller `maxSkew`.',
  },
  {
    id: 'requests-exceed-limits',
    field: /resources\.requests$/,
    detail: /^must be less than or equal to \S+ limit of/,
    read(resource, path, { detail }) {
      const name = /equal to (\S+) limit/.exec(detail)?.[1] ?? '';
      const at = [...path, name];
      const request = readField(resource, at).value;
      const limit = readField(resource, [...path.slice(0, -1), 'limits', name]).value;
      if (request === undefined || limit === undefined) return null;
      const data = {
        container: containerAt(resource, path) ?? '',
        resource: name,
        request: String(request),
        limit: String(limit),
      };
      return { data, at, also: [[...path.slice(0, -1), 'limits', name]] };
    },
    title: ({ container, resource, request, limit }: Amounts) =>
      `${container === '' ? 'The pod' : code(container)} requests ${code(request)} ${code(resource)} with a limit of ${code(limit)}`,
    text: ({ resource, request, limit }: Amounts) =>
      `\`requests\` of ${code(resource)} is ${code(request)} and \`limits\` is ${code(limit)}; what is reserved for a container cannot exceed what it may use.`,
    fix: ({ request, limit }: Amounts) =>
      `Raise the limit to ${code(request)} or more, or request ${code(limit)} or less.`,
  },
  {
    id: 'host-port',
    field: /\.ports\[\d+\]\.hostPort$/,
    detail: /^must match `containerPort` when `hostNetwork` is true$/,
    read(resource, path) {
      const hostPort = readNumber(resource, path).value ?? 0;
      const containerPort = readNumber(resource, [...path.slice(0, -1), 'containerPort']).value;
      const container = containerAt(resource, path);
      if (container === undefined || containerPort === undefined) return null;
      return { data: { container, hostPort, containerPort }, also: [[...podSpecOf(path), 'hostNetwork']] };
    },
    title: ({ container, hostPort, containerPort }: Ports) =>
      `${code(container)} asks for host port ${hostPort} and listens on ${containerPort}, on the host's own network`,
    text: ({ hostPort, containerPort }: Ports) =>
      `\`hostNetwork\` is true, so there is no port to map: \`hostPort\` ${hostPort} must be \`containerPort\` ${containerPort}.`,
    fix: ({ containerPort }: Ports) => `Write \`hostPort: ${containerPort}\`, or leave \`hostPort\` out.`,
  },
  {
    id: 'port-name-too-long',
    field: /\.ports\[\d+\]\.name$/,
    detail: /^must be no more than 15 characters$/,
    read(resource, path) {
      const { value } = readString(resource, path);
      return value === undefined ? null : { data: { name: value, characters: value.length } };
    },
    title: ({ name, characters }: PortName) =>
      `Port name ${code(name)} has ${characters} characters; ${longestPortName} is the most`,
    text: ({ name, characters }: PortName) =>
      `${code(name)} has ${characters} characters, and a container port's name takes ${longestPortName}.`,
    fix: () => 'Shorten it, here and wherever a Service, probe or monitor names the port.',
  },
  {
    id: 'volume-missing',
    field: /\.volumeMounts\[\d+\]\.name$/,
    detail: /^Not found$/,
    read(resource, path) {
      const volume = readString(resource, path).value;
      if (volume === undefined) return null;
      const podSpec = podSpecOf(path);
      const volumes = readList(resource, [...podSpec, 'volumes']).map((each) => valueAt(each, ['name']));
      const names = volumes.filter((name) => typeof name === 'string');
      return {
        data: {
          volume,
          containers: mounters(resource, podSpec, volume),
          nearest: nearest(volume, names),
        },
        also: [
          [...podSpec, 'volumes'],
          ['spec', 'volumeClaimTemplates'],
        ],
        group: volume,
      };
    },
    title: ({ volume, containers }: Mount) =>
      `${listed(containers)} ${containers.length === 1 ? 'mounts' : 'mount'} ${code(volume)}, and the pod has no such volume`,
    text: ({ volume, containers }: Mount) =>
      `${containers.length === 1 ? '1 container mounts' : `${containers.length} containers mount`} ${code(volume)}; 0 volumes of the pod have that name.`,
    fix: ({ volume, nearest: near }: Mount) =>
      near === null
        ? `Add ${code(volume)} under \`volumes\`, or remove the mount.`
        : `The pod has a volume ${code(near)}: use one name for both.`,
  },
  {
    id: 'label-value',
    field: /(^|\.)metadata\.labels$/,
    detail: /^(a valid label must be|must be no more than 63)/,
    read(resource, path, { detail }) {
      const label = badLabel(readMap(resource, path) ?? {}, detail.startsWith('must be no more'));
      return label === undefined ? null : { data: { ...label }, at: [...path, label.key] };
    },
    title: ({ key, characters, holds }: Label) =>
      characters > longestLabel
        ? `Label ${code(key)} has a value of ${characters} characters; ${longestLabel} is the most`
        : `Label ${code(key)} has a value with ${code(holds ?? '')}, which no label value may hold`,
    text: ({ characters }: Label) =>
      `The value has ${characters} characters; a label value takes at most ${longestLabel}, of letters, digits, \`-\`, \`_\` and \`.\`, with a letter or digit at both ends.`,
    fix: () =>
      'Shorten or replace it; in a Helm template `replace "+" "_" | trunc 63 | trimSuffix "-"` does. An annotation takes any text.',
  },
];
