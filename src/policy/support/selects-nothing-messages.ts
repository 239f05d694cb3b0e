import type { FieldPath } from '../../manifest/field-path.ts';
import type { Resource } from '../../resources/resource.ts';
import { code, count } from '../../text/escape.ts';
import type { Diagnostic, Message } from '../rule.ts';
import { objectName } from './kubernetes-words.ts';
import type { Nothing } from './selects-nothing.ts';
import { requirementPath, requirementText } from './selects-nothing-words.ts';

/** The numbers and names of a selector that selects nothing. */
export interface NothingData {
  readonly name: string;
  readonly wanted: string;
  readonly key: string;
  readonly has: string | null;
  readonly nearest: string;
  readonly workloads: number;
}

/** What differs between a Service and a budget that selects nothing. */
interface Wording {
  /** `Service` */
  readonly noun: string;
  /** `selects` */
  readonly verb: string;
  /** What happens for lack of pods. */
  readonly why: (data: NothingData) => string;
  /** The same, when the pods may stand elsewhere. */
  readonly whyUnsure: (data: NothingData) => string;
}

type NothingMessages = Readonly<Record<Nothing['kind'], Message<NothingData>>>;

export function nothingMessages({ noun, verb, why, whyUnsure }: Wording): NothingMessages {
  const differs = (data: NothingData): string =>
    `it wants ${code(data.wanted)}, ${code(data.nearest)} has ${actual(data)}`;
  const matches = ({ workloads }: NothingData): string =>
    `0 of ${count(workloads, 'workload')} in sight in its namespace`;
  return {
    lost: {
      class: 'contradiction',
      severity: 'error',
      title: (data) => `${noun} ${code(data.name)} no longer ${verb} a pod: ${differs(data)}`,
      text: (data) => `In the base the selector matched; now it matches ${matches(data)}.`,
      why,
      fix,
    },
    near: {
      class: 'contradiction',
      severity: 'error',
      title: (data) => `${noun} ${code(data.name)} ${verb} no pod: ${differs(data)}`,
      text: (data) =>
        `The selector matches ${matches(data)}; ${code(data.nearest)} differs in this one label.`,
      why,
      fix,
    },
    none: {
      class: 'hazard',
      severity: 'warning',
      title: ({ name, wanted }) => `${noun} ${code(name)} ${verb} no pod in sight: none has ${code(wanted)}`,
      text: (data) =>
        `The selector matches ${matches(data)}; the nearest, ${code(data.nearest)}, has ${actual(data)}.`,
      why: whyUnsure,
      fix: () =>
        'Write labels into the selector that the pods it is meant for have; where they come from elsewhere, nothing is to be done.',
    },
  };
}

function actual({ key, has }: NothingData): string {
  return has === null ? `no ${code(key)}` : code(`${key}: ${has}`);
}

function fix({ wanted, key, has, nearest }: NothingData): string {
  return has === null
    ? `Give the pods of ${code(nearest)} the label ${code(wanted)}, or take ${code(key)} out of the selector.`
    : `Write ${code(`${key}: ${has}`)} into the selector, or ${code(wanted)} into the pod template of ${code(nearest)}.`;
}

/** The finding, at the requirement that fails, with the labels that it was held against. */
export function nothingFound(resource: Resource, path: FieldPath, found: Nothing): Diagnostic {
  const { kind, failing, nearest, has, looked } = found;
  const target = objectName(nearest.resource.ref);
  const labels = [...nearest.templatePath, 'metadata', 'labels', ...(has === null ? [] : [failing.key])];
  const data: NothingData = {
    name: resource.ref.name,
    wanted: requirementText(failing),
    key: failing.key,
    has,
    nearest: target,
    workloads: looked,
  };
  return {
    messageId: kind,
    data: { ...data },
    at: { resource, path: kind === 'none' ? path : requirementPath(resource, path, failing) },
    evidence: [{ text: `labels of ${code(target)}`, at: { resource: nearest.resource, path: labels } }],
  };
}
