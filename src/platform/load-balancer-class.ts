import { valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { type Inventory, ofKind } from '../resources/inventory.ts';
import { once } from '../resources/once.ts';
import { type Resource, readField } from '../resources/resource.ts';
import { anyText, fieldText, type Setting, setting, targetType } from './load-balancer-settings.ts';

/** Who makes the load balancer: the AWS Load Balancer Controller, or EKS Auto Mode itself. */
export type Manager = 'controller' | 'auto-mode' | 'unknown';

/** An IngressClass as far as target groups depend on it. */
export interface IngressClass {
  readonly manager: Manager;
  /** IngressClassParams win over annotations; null: nothing says more than those. */
  readonly targetType: Setting<'ip' | 'instance'> | null;
}

const managers: ReadonlyMap<string, Manager> = new Map([
  ['ingress.k8s.aws/alb', 'controller'],
  ['eks.amazonaws.com/alb', 'auto-mode'],
]);

const annotationPrefix = 'alb.ingress.kubernetes.io/';

/** The class of an Ingress that gets an ALB; null for one that does not, or of which nobody knows. */
export function albClassOf(inventory: Inventory, ingress: Resource): IngressClass | null {
  const annotated = readField(ingress, ['metadata', 'annotations', 'kubernetes.io/ingress.class']);
  if (annotated.from !== 'absent') return annotated.value === 'alb' ? plain('controller') : null;
  const name = readField(ingress, ['spec', 'ingressClassName']);
  // Without a class the cluster's default one takes it: annotations of the ALB say which that is.
  if (name.from === 'absent') return hasAlbAnnotations(ingress) ? plain('unknown') : null;
  if (typeof name.value !== 'string' || isPlaceholder(name.value)) return null;
  const seen = classesByName(inventory).get(name.value);
  if (seen !== undefined) return classInSight(inventory, seen);
  // `alb` is the name that the controller's own chart and the guide of Auto Mode give the class.
  const named = name.value === 'alb' || (/(^|-)alb(-|$)/.test(name.value) && hasAlbAnnotations(ingress));
  return named ? plain('unknown') : null;
}

function plain(manager: Manager): IngressClass {
  return { manager, targetType: null };
}

function hasAlbAnnotations(ingress: Resource): boolean {
  const annotations = valueAt(ingress.manifest.value, ['metadata', 'annotations']);
  return isMap(annotations) && Object.keys(annotations).some((key) => key.startsWith(annotationPrefix));
}

const classesByName = once(
  (inventory: Inventory) =>
    new Map(ofKind(inventory, 'networking.k8s.io', 'IngressClass').map((each) => [each.ref.name, each])),
);

function classInSight(inventory: Inventory, ingressClass: Resource): IngressClass | null {
  const controller = anyText(readField(ingressClass, ['spec', 'controller']).value);
  const manager = managers.get(controller ?? '');
  if (manager === undefined) return null;
  const parameters = valueAt(ingressClass.manifest.value, ['spec', 'parameters']);
  if (!isMap(parameters)) return plain(manager);
  const group = anyText(parameters.apiGroup) ?? '';
  const found = ofKind(inventory, group, 'IngressClassParams').find(
    ({ ref }) => ref.name === parameters.name,
  );
  if (found === undefined) return { manager, targetType: { value: null, from: 'unknown', at: null } };
  const own = fieldText(found, ['spec', 'targetType']);
  return { manager, targetType: own && setting(own, targetType, null) };
}

const nlbClasses: ReadonlyMap<string, Manager> = new Map([
  ['service.k8s.aws/nlb', 'controller'],
  ['eks.amazonaws.com/nlb', 'auto-mode'],
]);

/** Who makes an NLB for a Service; null for one without, or of which nobody knows (the cluster's default class). */
export function nlbManagerOf(service: Resource): Manager | null {
  if (readField(service, ['spec', 'type']).value !== 'LoadBalancer') return null;
  const own = readField(service, ['spec', 'loadBalancerClass']);
  if (own.from !== 'absent') return nlbClasses.get(anyText(own.value) ?? '') ?? null;
  const type = nlbAnnotation(service, 'type');
  if (type === 'nlb-ip') return 'controller';
  const stated = targetType(nlbAnnotation(service, 'nlb-target-type')) !== null;
  return type === 'external' && stated ? 'controller' : null;
}

function nlbAnnotation(service: Resource, suffix: string): unknown {
  const name = `service.beta.kubernetes.io/aws-load-balancer-${suffix}`;
  return readField(service, ['metadata', 'annotations', name]).value;
}

/** The controller's own default; of Auto Mode none is documented. */
export function defaultTargetType(manager: Manager): 'instance' | null {
  return manager === 'controller' ? 'instance' : null;
}
