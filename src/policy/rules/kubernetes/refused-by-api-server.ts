import type { Problem } from '../../../kubernetes/api.ts';
import { type FieldPath, formatFieldPath, valueAt } from '../../../manifest/field-path.ts';
import type { Resource } from '../../../resources/resource.ts';
import { code, count } from '../../../text/escape.ts';
import { type Data, type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import {
  containerAt,
  engineSpeaks,
  fieldPathOf,
  fieldPattern,
  isAllocated,
  isDecided,
  isDecidedAround,
  isNative,
  objectName,
  quoted,
} from '../../support/kubernetes-words.ts';
import { explanationOf, explanations } from '../../support/kubernetes-words-explained.ts';
import { rightType, wrongType } from '../../support/kubernetes-words-types.ts';

interface Refused {
  readonly object: string;
  readonly kind: string;
  readonly engineVersion: string;
  /** False for a kind that only holds a pod template: then each pod is refused, not the object. */
  readonly isNative: boolean;
  /** Fields of this object with the same mistake, this one included. */
  readonly places: number;
  readonly alsoAt: readonly string[];
}

interface Quoted extends Refused {
  readonly field: string;
  readonly words: string;
}

const consequence = ({ object, kind, engineVersion, isNative }: Refused): string =>
  isNative
    ? `As Kubernetes ${engineVersion} validates, the API server refuses all of ${code(object)}: the apply, sync or upgrade with this change fails, and what runs already stays as it is.`
    : `As Kubernetes ${engineVersion} validates, every pod made from this template is refused; the ${code(kind)} itself may be accepted, and its new pods never start.`;

const alsoAt = ({ places, alsoAt: fields }: Refused): string => {
  if (places < 2) return '';
  const named = fields.map((field) => code(field)).join(', ');
  return ` The same stands in ${count(places - 1, 'more place')}: ${named}${places - 1 > fields.length ? ', …' : ''}.`;
};

/** `env[2].name` of `spec.template.spec.containers[0].env[2].name`. */
const lastStep = (field: string): string => /[^.]*\[\d+\]\.[^.]+$|[^.]+$/.exec(field)?.[0] ?? field;

/** Most further places that are named. */
const namedPlaces = 3;

const explained = explanations.map(({ id, title, text, fix }): readonly [string, Message] => [
  id,
  {
    class: 'contradiction',
    severity: 'error',
    title,
    text: (data) => `${text(data)}${alsoAt(data)}`,
    why: consequence,
    fix,
  },
]);

export const refusedByApiServer = defineRule({
  id: 'refused-by-api-server',
  category: 'kubernetes',
  title: 'The API server refuses the object',
  messages: {
    ...(Object.fromEntries(explained) as Readonly<Record<string, Message>>),
    'wrong-type': {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, field, found, wanted }) =>
        `${code(lastStep(field))} of ${code(object)} is ${found}, and Kubernetes reads ${wanted} there`,
      text: (data) => `Decoding ${code(data.object)} stops at ${code(data.field)}.${alsoAt(data)}`,
      why: consequence,
      fix: rightType,
    },
    quoted: {
      class: 'contradiction',
      severity: 'error',
      title: ({ object, field, words }: Quoted) =>
        `Kubernetes refuses ${code(lastStep(field))} of ${code(object)}: ${code(words, 250)}`,
      text: (data: Quoted) =>
        `Kubernetes ${data.engineVersion} stops at ${code(data.field)}; the words are its own, with values of the object left out.${alsoAt(data)}`,
      why: consequence,
    },
  },
  references: [
    {
      title: 'Objects in Kubernetes',
      url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/',
    },
  ],
  badness: ({ places }) => Number(places ?? 1),
  *check({ resource, cluster }: Subject): Iterable<Diagnostic> {
    if (resource.checked === null || !engineSpeaks(cluster)) return;
    const { decoding, errors } = resource.checked;
    const fatal = decoding.filter(({ type }) => type === 'Decode');
    const refusals = withPortNames(
      resource,
      [...fatal, ...errors.filter((problem) => !isFollowUp(resource, problem))].flatMap(
        (problem) => refusalOf(resource, problem) ?? [],
      ),
    );
    const common = {
      object: objectName(resource.ref),
      kind: resource.ref.kind,
      engineVersion: cluster.engineVersion,
      isNative: isNative(resource),
    };
    for (const [first, ...others] of byGroup(refusals)) {
      if (first === undefined) continue;
      const container = containerAt(resource, first.at);
      const fields = [...new Set(others.map(({ at }) => formatFieldPath(at)))].filter(
        (field) => field !== formatFieldPath(first.at),
      );
      yield {
        messageId: first.messageId,
        data: {
          ...first.data,
          ...common,
          places: fields.length + 1,
          alsoAt: fields.slice(0, namedPlaces),
        },
        at: { resource, path: first.at },
        ...(container === undefined ? {} : { container }),
      };
    }
  },
});

function byGroup(refusals: readonly Refusal[]): Iterable<readonly Refusal[]> {
  const groups = new Map<string, Refusal[]>();
  for (const refusal of refusals) groups.set(refusal.group, [...(groups.get(refusal.group) ?? []), refusal]);
  return groups.values();
}

/** A refused port name is refused wherever a probe or hook of its container writes it: one mistake, told at the port. */
function withPortNames(resource: Resource, refusals: readonly Refusal[]): readonly Refusal[] {
  const nameAt = ({ at }: Refusal, list: number): string =>
    JSON.stringify([at.slice(0, list), valueAt(resource.manifest.value, at)]);
  const listOf = ({ at }: Refusal): number => at.findIndex((step) => /[cC]ontainers$/.test(String(step))) + 2;
  const isName = ({ at }: Refusal): boolean => at.at(-1) === 'name' && at.at(-3) === 'ports';
  const names = refusals.filter(isName);
  const groups = new Map(names.map((each) => [nameAt(each, listOf(each)), each.group]));
  const others = refusals.filter((each) => !isName(each));
  return [
    ...names,
    ...others.map((each) => {
      const group = each.at.at(-1) === 'port' ? groups.get(nameAt(each, listOf(each))) : undefined;
      return group === undefined ? each : { ...each, group };
    }),
  ];
}

interface Refusal {
  readonly messageId: string;
  readonly data: Data;
  readonly at: FieldPath;
  readonly group: string;
}

/** One problem with the best words there are for it; null while a later tool may still put it right. */
function refusalOf(resource: Resource, problem: Problem): Refusal | null {
  const path = fieldPathOf(problem.field);
  if (isAllocated(problem) || !isDecidedAround(resource, path) || isCopied(resource, path)) return null;
  const explanation = explanationOf(problem);
  const reading = explanation?.read(resource, path, problem) ?? null;
  if (explanation === undefined || reading === null) return quotedRefusal(problem, path);
  if (reading.also?.some((each) => !isDecided(resource, each))) return null;
  const at = reading.at ?? path;
  return {
    messageId: explanation.id,
    data: reading.data,
    at,
    group: JSON.stringify([explanation.id, reading.group ?? at]),
  };
}

/** A part that nobody wrote, which Kubernetes copies from another (`dataSource` from `dataSourceRef`) that is open. */
function isCopied(resource: Resource, path: FieldPath): boolean {
  const parent = path.slice(0, -1);
  if (parent.length < 2 || valueAt(resource.manifest.value, parent) !== undefined) return false;
  return !isDecided(resource, []);
}

function quotedRefusal(problem: Problem, at: FieldPath): Refusal {
  const field = problem.field === '' ? 'object' : problem.field;
  const type = wrongType(problem);
  return {
    messageId: type === null ? 'quoted' : 'wrong-type',
    data: type === null ? { field, words: quoted(problem) } : { field, ...type },
    at,
    group: JSON.stringify([problem.type, fieldPattern(problem.field), problem.detail]),
  };
}

/** What is wrong only because something else is: the mistake itself is told. */
function isFollowUp(resource: Resource, problem: Problem): boolean {
  return isOfBrokenVolume(resource, problem) || isOfPort(resource, problem);
}

/** A `targetPort` that nobody wrote is the `port`. */
function isOfPort({ manifest }: Resource, { field }: Problem): boolean {
  return (
    /^spec\.ports\[\d+\]\.targetPort$/.test(field) &&
    valueAt(manifest.value, fieldPathOf(field)) === undefined
  );
}

/** Kubernetes leaves a volume with a mistake out and then misses it at every mount. */
function isOfBrokenVolume(resource: Resource, { type, field }: Problem): boolean {
  if (type !== 'FieldValueNotFound' || !/\.volume(Mounts|Devices)\[\d+\]\.name$/.test(field)) return false;
  const path = fieldPathOf(field);
  const podSpec = path.slice(
    0,
    path.findIndex((step) => /^(init)?[cC]ontainers$/.test(String(step))),
  );
  const name = valueAt(resource.manifest.value, path);
  const volumes = valueAt(resource.manifest.value, [...podSpec, 'volumes']);
  return Array.isArray(volumes) && volumes.some((volume) => valueAt(volume, ['name']) === name);
}
