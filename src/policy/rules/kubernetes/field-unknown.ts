import type { Problem } from '../../../kubernetes/api.ts';
import { type FieldPath, formatFieldPath } from '../../../manifest/field-path.ts';
import type { Resource } from '../../../resources/resource.ts';
import { code, count } from '../../../text/escape.ts';
import { nearest } from '../../../text/nearest.ts';
import { type Data, type Diagnostic, defineRule, type Subject } from '../../rule.ts';
import {
  containerAt,
  engineSpeaks,
  fieldPathOf,
  fieldPattern,
  isNative,
  objectName,
} from '../../support/kubernetes-words.ts';
import { homeOf, levelOf, levels, otherNames } from '../../support/nearest-keys.ts';

interface Unknown {
  readonly object: string;
  readonly engineVersion: string;
  readonly isNative: boolean;
  readonly key: string;
  /** The map that the key stands in; empty for the object itself. */
  readonly parent: string;
  /** The container that the map is, or null. */
  readonly holder: string | null;
  readonly places: number;
}

interface Misplaced extends Unknown {
  readonly belongs: string;
}

interface Misspelt extends Unknown {
  readonly nearest: string;
}

const inside = ({ parent, holder }: Unknown): string => {
  if (holder !== null) return `in container ${code(holder)}`;
  return parent === '' ? 'at the top of the object' : `in ${code(parent)}`;
};

const where = ({ parent, places }: Unknown): string => {
  const there = parent === '' ? 'at the top of the object' : `in ${code(parent)}`;
  return places > 1 ? `${there} and ${count(places - 1, 'more place')}` : there;
};

const consequence = ({ key, isNative }: Unknown): string =>
  isNative
    ? `\`kubectl apply\` and server-side apply (Flux, Helm 4) refuse the object. A client without field validation drops ${code(key)} without a word, and it never takes effect.`
    : `Kubernetes has no such field in a pod: the pods run without ${code(key)}, without a word.`;

export const fieldUnknown = defineRule({
  id: 'field-unknown',
  category: 'kubernetes',
  title: 'A field that Kubernetes does not have',
  messages: {
    misplaced: {
      class: 'contradiction',
      severity: 'error',
      title: (data: Misplaced) => `${code(data.key)} stands ${inside(data)} and belongs in ${data.belongs}`,
      text: (data: Misplaced) =>
        `Kubernetes ${data.engineVersion} has no ${code(data.key)} ${where(data)}; it is a field of ${data.belongs}.`,
      why: consequence,
      fix: ({ key, belongs }: Misplaced) => `Move ${code(key)} to ${belongs}.`,
    },
    misspelt: {
      class: 'contradiction',
      severity: 'error',
      title: (data: Misspelt) =>
        `${code(data.key)} ${inside(data)} is no field of Kubernetes; ${code(data.nearest)} is`,
      text: (data: Misspelt) =>
        `Kubernetes ${data.engineVersion} has no ${code(data.key)} ${where(data)}; the nearest field there is ${code(data.nearest)}.`,
      why: consequence,
      fix: ({ nearest: near }: Misspelt) => `Write ${code(near)}.`,
    },
    unknown: {
      class: 'contradiction',
      severity: 'error',
      title: (data: Unknown) => `${code(data.key)} ${inside(data)} is no field of Kubernetes`,
      text: (data: Unknown) => `Kubernetes ${data.engineVersion} has no ${code(data.key)} ${where(data)}.`,
      why: consequence,
      fix: ({ key }: Unknown) => `Remove ${code(key)}, or move it to where it belongs.`,
    },
    joined: {
      class: 'contradiction',
      severity: 'error',
      title: () => 'Two objects stand in one document: a `---` is missing between them',
      text: ({ object }: Unknown) =>
        `\`apiVersion\` and \`kind\` stand twice at the top of one document; what is read of both is ${code(object)}.`,
      why: () =>
        'kubectl and Helm keep the last value of each key, so that one of the two objects is never created and the other may get its fields; Kustomize and Flux refuse the file.',
      fix: () => 'Write `---` on a line of its own before the second `apiVersion`.',
    },
    duplicate: {
      class: 'contradiction',
      severity: 'warning',
      title: (data: Unknown) =>
        `${data.key === '' ? 'A key' : code(data.key)} is written twice ${inside(data)}`,
      text: (data: Unknown) =>
        `${data.key === '' ? 'One key' : code(data.key)} stands 2 times or more ${where(data)}; the last one counts.`,
      why: () =>
        'kubectl and Helm drop every value but the last without a word, which may not be the one that was meant; Kustomize and Flux refuse the file.',
      fix: () => 'Keep one of them.',
    },
    repeated: {
      class: 'hazard',
      severity: 'info',
      title: (data: Unknown) =>
        `${data.key === '' ? 'A key' : code(data.key)} is written twice ${inside(data)}, with the same value`,
      text: (data: Unknown) =>
        `${data.key === '' ? 'One key' : code(data.key)} stands 2 times or more ${where(data)}, each time with the same value.`,
      why: () =>
        'kubectl and Helm take it, and nothing is lost; Kustomize and Flux refuse the file, and an edit of the first one would have no effect.',
      fix: () => 'Keep one of them.',
    },
  },
  references: [
    {
      title: 'Kubernetes API concepts: field validation',
      url: 'https://kubernetes.io/docs/reference/using-api/api-concepts/',
    },
  ],
  badness: ({ places }) => Number(places ?? 1),
  *check({ resource, cluster }: Subject): Iterable<Diagnostic> {
    if (resource.checked === null || !engineSpeaks(cluster)) return;
    const places = new Map<string, Found[]>();
    const { decoding } = resource.checked;
    const joined = areJoined(decoding);
    if (joined) yield joinedAt(resource, cluster.engineVersion);
    for (const problem of decoding) {
      if (joined && problem.type === 'DuplicateField') continue;
      const found = foundAt(resource, problem);
      if (found === null) continue;
      const group = JSON.stringify([problem.type, fieldPattern(problem.field), problem.detail]);
      places.set(group, [...(places.get(group) ?? []), found]);
    }
    for (const [first, ...others] of places.values()) {
      if (first === undefined) continue;
      const container = containerAt(resource, first.at);
      const data = {
        ...first.data,
        object: objectName(resource.ref),
        engineVersion: cluster.engineVersion,
        isNative: isNative(resource),
        places: others.length + 1,
      };
      yield {
        messageId: first.messageId,
        data,
        at: { resource, path: first.at },
        ...(container === undefined ? {} : { container }),
      };
    }
  },
});

/** Every object has these keys once, so where both are doubled a separator was lost. */
function areJoined(decoding: readonly Problem[]): boolean {
  return ['apiVersion', 'kind'].every((key) =>
    decoding.some(({ type, field }) => type === 'DuplicateField' && field === key),
  );
}

function joinedAt(resource: Resource, engineVersion: string): Diagnostic {
  const data = {
    object: objectName(resource.ref),
    engineVersion,
    isNative: true,
    key: '',
    parent: '',
    holder: null,
    places: 1,
  };
  return { messageId: 'joined', data, at: { resource, path: ['apiVersion'] } };
}

interface Found {
  readonly messageId: string;
  readonly at: FieldPath;
  readonly data: Data;
}

function foundAt(resource: Resource, { type, field, detail }: Problem): Found | null {
  const at = fieldPathOf(field);
  const isHidden = field.endsWith('…]');
  const parent = isHidden ? at : at.slice(0, -1);
  const key = isHidden ? '' : String(at.at(-1) ?? '');
  // Of a version that nobody serves any more only the pod in it is checked.
  if (at.length === 1 && ['apiVersion', 'kind', 'metadata'].includes(key) && type === 'UnknownField')
    return null;
  const isContainer = typeof parent.at(-1) === 'number' && /[cC]ontainers$/.test(String(parent.at(-2)));
  const holder = isContainer ? (containerAt(resource, parent) ?? null) : null;
  const data = { key, parent: formatFieldPath(parent), holder };
  if (type === 'DuplicateField') {
    return { messageId: detail.endsWith('to the same value') ? 'repeated' : 'duplicate', at, data };
  }
  return type === 'UnknownField' && key !== '' ? unknownKey(resource, parent, key, at, data) : null;
}

function unknownKey(resource: Resource, parent: FieldPath, key: string, at: FieldPath, data: Data): Found {
  const { kind } = resource.ref;
  const level = levelOf(kind, parent);
  const known: readonly string[] = level === null ? [] : levels[level].keys;
  const renamed = level === null ? undefined : otherNames[level]?.[key];
  const slip = renamed ?? known.find((each) => each.toLowerCase() === key.toLowerCase());
  const home = slip === undefined ? homeOf(kind, parent, key) : null;
  if (home !== null && home !== level) {
    return { messageId: 'misplaced', at, data: { ...data, belongs: levels[home].words } };
  }
  const near = slip ?? nearest(key, known);
  if (near !== null) return { messageId: 'misspelt', at, data: { ...data, nearest: near } };
  return { messageId: 'unknown', at, data };
}
