import { matchSelector, type Selector } from '../kubernetes/selectors.ts';
import { groupOf, isPlaceholder } from '../manifest/manifest.ts';
import { isUnknownText } from '../manifest/unknown.ts';
import { scaledBy } from './autoscalers.ts';
import { ownSelector, serviceSelector } from './object-selectors.ts';
import { type Resource, readString } from './resource.ts';
import { backendsOf } from './routes.ts';
import { keysOf, keysWanted } from './selection.ts';
import type { Site } from './site.ts';
import type { Workload } from './workload.ts';

/** An object that others may be related to, and where it lands. */
export interface Placed {
  /** The release of a unit that it belongs to. */
  readonly render: string;
  readonly resource: Resource;
  readonly workload: Workload | null;
  readonly site: Site;
  /** As it lands; null: not stated anywhere. */
  readonly namespace: string | null;
  /** Two documents with the same one are two copies, or two environments. */
  readonly identity: string;
  /** What it may be found by: labels of pods, a workload's kind and name, the name of a Service. */
  readonly offers: readonly string[];
  /** What it looks for. */
  readonly wants: readonly string[];
}

/** Null for an object that has nothing to do with others, or of which too little is known to say with which. */
export function placedAt(
  render: string,
  site: Site,
  resource: Resource,
  workload: Workload | null,
): Placed | null {
  const { ref } = resource;
  const namespace = ref.namespace ?? site.namespace;
  if ([ref.name, namespace].some((text) => isPlaceholder(text) || isUnknownText(text))) return null;
  const offers = workload === null ? offersOf(resource) : offersOfPods(workload);
  const wants = wantsOf(resource);
  if (offers.length + wants.length === 0) return null;
  const identity = JSON.stringify([groupOf(ref.apiVersion), ref.kind, namespace, ref.name]);
  return { render, resource, workload, site, namespace, identity, offers, wants };
}

const isService = ({ ref }: Resource) => ref.kind === 'Service' && ref.apiVersion === 'v1';

function offersOf(resource: Resource): readonly string[] {
  return isService(resource) ? [serviceKey(resource.ref.name)] : [];
}

/** Labels that are not all known decide nothing for sure. */
function offersOfPods({ resource: { ref }, labels, longRunning }: Workload): readonly string[] {
  const keys = keysOf(labels);
  return keys === null || !longRunning ? [] : [...keys, targetKey(ref.kind, ref.name)];
}

function wantsOf(resource: Resource): readonly string[] {
  const selector = selectorOf(resource);
  if (selector !== null) return selector === 'unknown' ? [] : (keysWanted(selector) ?? []);
  const target = scaledBy(resource);
  if (target !== null) return [targetKey(target.kind, target.name)];
  const services = backendsOf(resource).filter(({ namespace }) => namespace === null);
  const names = services.map(({ service }) => service);
  const configured = isTargetConfiguration(resource)
    ? readString(resource, ['spec', 'targetReference', 'name']).value
    : undefined;
  return [...new Set([...names, ...(configured === undefined ? [] : [configured])])].map(serviceKey);
}

/** Settings of the AWS controller for a Service behind a Gateway. */
function isTargetConfiguration({ ref }: Resource): boolean {
  return ref.kind === 'TargetGroupConfiguration' && groupOf(ref.apiVersion) === 'gateway.k8s.aws';
}

/** The selector of what selects pods; null for anything else, and for what selects nothing. */
export function selectorOf(resource: Resource): Selector | 'unknown' {
  if (isService(resource)) return serviceSelector(resource);
  const { kind, apiVersion } = resource.ref;
  return kind === 'PodDisruptionBudget' && groupOf(apiVersion) === 'policy' ? ownSelector(resource) : null;
}

function serviceKey(name: string): string {
  return `Service/${name}`;
}

function targetKey(kind: unknown, name: string): string {
  return `target ${kind}/${name}`;
}

/** Whether one of two objects of one namespace surely selects, scales or leads to the other. */
export function concerns(a: Placed, b: Placed): boolean {
  return a.namespace === b.namespace && (points(a, b) || points(b, a));
}

function points(from: Placed, to: Placed): boolean {
  const offered = from.wants.some((key) => to.offers.includes(key));
  const selector = selectorOf(from.resource);
  if (!offered || selector === 'unknown') return false;
  if (selector === null) return true;
  return to.workload !== null && matchSelector(selector, to.workload.labels) === 'yes';
}

/** Words that the text of a related object, or of a copy of this one, surely holds. */
export function wordsOf({ resource, offers, wants }: Placed): readonly string[] {
  const named = [...offers, ...wants].flatMap((key) => key.split('\u0000').at(-1)?.split('/').at(-1) ?? []);
  return [resource.ref.name, ...named];
}
