import { type FieldPath, valueAt } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { grouped } from '../resources/grouped.ts';
import { type Inventory, ofKind, sameNamespace } from '../resources/inventory.ts';
import { once } from '../resources/once.ts';
import { type Resource, readField, readList } from '../resources/resource.ts';

/** A block of settings of a TargetGroupConfiguration. */
export interface Props {
  readonly resource: Resource;
  readonly path: FieldPath;
}

/** Blocks for a Service's target group, the one for this very route first. */
export function propsOf(inventory: Inventory, route: Resource, service: Resource): readonly Props[] {
  const named = configurationsByService(inventory).get(service.ref.name) ?? [];
  const resource = named.find(({ ref }) => sameNamespace(ref, service.ref) === 'yes');
  if (resource === undefined) return [];
  const own = readList(resource, ['spec', 'routeConfigurations'])
    .map((each, index) => ({ rank: rankOf(valueAt(each, ['routeIdentifier']), route), index }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, 1)
    .map(({ index }) => ['spec', 'routeConfigurations', index, 'targetGroupProps']);
  return [...own, ['spec', 'defaultConfiguration']]
    .filter((path) => readField(resource, path).from !== 'absent')
    .map((path) => ({ resource, path }));
}

const configurationsByService = once((inventory: Inventory) => {
  const all = ofKind(inventory, 'gateway.k8s.aws', 'TargetGroupConfiguration').filter(
    (each) => (readField(each, ['spec', 'targetReference', 'kind']).value ?? 'Service') === 'Service',
  );
  return grouped(all, (each) => readField(each, ['spec', 'targetReference', 'name']).value);
});

/** How well a `routeIdentifier` names a route: kind, then namespace, then name; 0 where it names another. */
function rankOf(identifier: unknown, { ref }: Resource): number {
  const { kind, namespace = '', name = '' } = isMap(identifier) ? identifier : {};
  if (kind !== ref.kind) return 0;
  if (name !== '') return name === ref.name && namespace === ref.namespace ? 3 : 0;
  if (namespace !== '') return namespace === ref.namespace ? 2 : 0;
  return 1;
}
