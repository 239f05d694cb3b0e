import { describe, expect, test } from 'vitest';
import { formatFieldPath } from '../../src/manifest/field-path.ts';
import { inventoryOf } from '../../src/resources/inventory.ts';
import type { Resource } from '../../src/resources/resource.ts';
import { backendsOf, routesNaming, routesTo } from '../../src/resources/routes.ts';
import { resourcesOf } from './support.ts';

const object = (apiVersion: string, kind: string, spec: string, namespace = ''): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: web${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: ${spec}
`;

const ingress = 'networking.k8s.io/v1';
const gatewayApi = 'gateway.networking.k8s.io/v1';

function shown(route: Resource): readonly string[] {
  return backendsOf(route).map(
    ({ service, namespace, port, path }) =>
      `${namespace ?? ''}/${service}:${port.value ?? port.from} ${formatFieldPath(path)}`,
  );
}

describe('backends of', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'an Ingress: the default one, then those of its rules',
      object(
        ingress,
        'Ingress',
        '{defaultBackend: {service: {name: a, port: {number: 80}}}, rules: [{http: {paths: [{backend: {service: {name: b, port: {name: http}}}}]}}, {host: x}]}',
      ),
      ['/a:80 spec.defaultBackend.service', '/b:http spec.rules[0].http.paths[0].backend.service'],
    ],
    [
      'an Ingress of an old version',
      object(
        'extensions/v1beta1',
        'Ingress',
        '{backend: {serviceName: a, servicePort: 80}, rules: [{http: {paths: [{backend: {serviceName: b, servicePort: http}}]}}]}',
      ),
      ['/a:80 spec.backend', '/b:http spec.rules[0].http.paths[0].backend'],
    ],
    [
      'no backend that is a resource',
      object(ingress, 'Ingress', '{defaultBackend: {resource: {kind: StorageBucket, name: a}}}'),
      [],
    ],
    [
      'none whose name a later tool fills in',
      object(ingress, 'Ingress', `{defaultBackend: {service: {name: '\${NAME}', port: {number: 80}}}}`),
      [],
    ],
    [
      'a port that a later tool fills in',
      object(ingress, 'Ingress', `{defaultBackend: {service: {name: a, port: {number: '\${PORT}'}}}}`),
      ['/a:unknown spec.defaultBackend.service'],
    ],
    [
      'an HTTPRoute, other namespaces included',
      object(
        gatewayApi,
        'HTTPRoute',
        '{rules: [{backendRefs: [{name: a, port: 80}, {name: b, namespace: other, port: 81}]}, {filters: []}]}',
      ),
      ['/a:80 spec.rules[0].backendRefs[0]', 'other/b:81 spec.rules[0].backendRefs[1]'],
    ],
    [
      'a GRPCRoute of an old version',
      object('gateway.networking.k8s.io/v1alpha2', 'GRPCRoute', '{rules: [{backendRefs: [{name: a}]}]}'),
      ['/a:absent spec.rules[0].backendRefs[0]'],
    ],
    [
      'no backend of another kind',
      object(
        gatewayApi,
        'TLSRoute',
        '{rules: [{backendRefs: [{name: a, group: x.io, kind: Service}, {name: b, kind: ServiceImport}]}]}',
      ),
      [],
    ],
    [
      'a TargetGroupBinding',
      object('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', '{serviceRef: {name: a, port: http}}'),
      ['/a:http spec.serviceRef'],
    ],
    [
      'a TargetGroupBinding of Auto Mode',
      object('eks.amazonaws.com/v1', 'TargetGroupBinding', '{serviceRef: {name: a, port: 80}}'),
      ['/a:80 spec.serviceRef'],
    ],
    ['an Ingress of another group', object('example.com/v1', 'Ingress', '{defaultBackend: {}}'), []],
  ])('%s', (_, text, expected) => expect(resourcesOf(text).flatMap(shown)).toEqual(expected));
});

describe('routes to a Service', () => {
  const service = (namespace = ''): string => object('v1', 'Service', '{}', namespace);
  const to = (namespace = '', reference = '{name: web, port: 80}'): string =>
    object(gatewayApi, 'HTTPRoute', `{rules: [{backendRefs: [${reference}]}]}`, namespace);

  test.each<[string, string, number, number]>([
    ['in one namespace', service('shop') + to('shop'), 1, 1],
    ['that name no namespace', service() + to(), 1, 1],
    ['in another namespace', service('shop') + to('other'), 0, 0],
    ['with a namespace that is not known', service('shop') + to(), 0, 1],
    ['across namespaces', service('shop') + to('other', '{name: web, namespace: shop}'), 1, 1],
    ['to another Service', service('shop') + to('shop', '{name: api}'), 0, 0],
    ['by two references', service('shop') + to('shop', '{name: web, port: 80}, {name: web, port: 81}'), 2, 2],
  ])('%s', (_, text, sure, named) => {
    const inventory = inventoryOf('raw:deploy', resourcesOf(text), true, null);
    const [target] = inventory.resources;
    expect(routesTo(inventory, target!)).toHaveLength(sure);
    expect(routesNaming(inventory, target!)).toHaveLength(named);
  });
});
