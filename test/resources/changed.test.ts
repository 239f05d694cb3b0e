import { describe, expect, test } from 'vitest';
import { changedWorkloads } from '../../src/resources/changed.ts';
import { type Inventory, inventoryOf } from '../../src/resources/inventory.ts';
import { resourcesOf } from './support.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {helm.sh/chart: web-1.0.0}}
spec:
  replicas: 3
  template:
    metadata: {labels: {app: web}, annotations: {checksum/config: abc}}
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: acme/web:1.0
          command: [serve, --token, t0ps3cret]
          env: [{name: LEVEL, value: debug}]
          readinessProbe: {httpGet: {path: /ready, port: 80, httpHeaders: [{name: X-Key, value: t0ps3cret}]}}
          lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
`;
const service = `---
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {a: b, checksum/x: "1"}}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`;
const autoscaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`;
const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
`;
const route = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {rules: [{backendRefs: [{name: web, port: 80, weight: 1}]}]}
`;
const all = deployment + service + budget + autoscaler + ingress + route;

function inventory(text: string): Inventory {
  return inventoryOf('raw:deploy', resourcesOf(text), true, null);
}

function changed(base: string, head: string, whole = true) {
  return changedWorkloads(inventory(base), inventory(head), whole);
}

describe('a workload did not change with', () => {
  test.each([
    ['another fixed tag', 'acme/web:1.0', 'acme/web:1.1'],
    ['a digest instead of a tag', 'acme/web:1.0', 'acme/web@sha256:0123'],
    ['another value of a variable', 'value: debug', 'value: info'],
    ['another checksum annotation', 'checksum/config: abc', 'checksum/config: def'],
    ['another checksum on its Service', 'checksum/x: "1"', 'checksum/x: "2"'],
    ['another chart label', 'web-1.0.0', 'web-1.0.1'],
  ])('%s', (_, from, to) => {
    expect(all).toContain(from);
    expect(changed(all, all.replace(from, to))).toEqual([]);
  });

  test('nor with objects in another order', () => {
    expect(changed(all, `${route}${ingress}${budget}${autoscaler}${service}---\n${deployment}`)).toEqual([]);
  });
});

describe('a workload changed with', () => {
  test.each([
    ['replicas', 'replicas: 3', 'replicas: 4', 'spec.replicas', '3', '4'],
    [
      'its grace period',
      'terminationGracePeriodSeconds: 30',
      'terminationGracePeriodSeconds: 60',
      'terminationGracePeriodSeconds',
      '30',
      '60',
    ],
    ['a probe', 'path: /ready', 'path: /', 'containers[name=web].readinessProbe.httpGet.path', '/ready', '/'],
    [
      'a moving tag',
      'acme/web:1.0',
      'acme/web:latest',
      'containers[name=web].image',
      'fixed tag or digest',
      'acme/web:latest',
    ],
    [
      'no tag',
      'acme/web:1.0',
      'reg:5000/web',
      'containers[name=web].image',
      'fixed tag or digest',
      'reg:5000/web',
    ],
    ['its command', 't0ps3cret]', 'n3w]', 'containers[name=web].command', '(not shown)', '(not shown)'],
    [
      'a header of a probe',
      'value: t0ps3cret',
      'value: n3w',
      'containers[name=web].readinessProbe.httpGet.httpHeaders',
      '(not shown)',
      '(not shown)',
    ],
    [
      'a command of a hook',
      '"5"',
      '"6"',
      'containers[name=web].lifecycle.preStop.exec.command',
      '(not shown)',
      '(not shown)',
    ],
  ])('%s', (_, from, to, field, base, head) => {
    expect(all).toContain(from);
    expect(changed(all, all.replace(from, to)).map(({ fields }) => fields)).toEqual([
      [{ field, base, head }],
    ]);
  });

  test.each([
    ['another port of its Service', 'ports: [{port: 80}]', 'ports: [{port: 81}]'],
    ['another annotation of its Service', 'a: b', 'a: c'],
    ['another selector of its Service', 'selector: {app: web}', 'selector: {app: api}'],
    ['a looser budget', 'maxUnavailable: 1', 'maxUnavailable: 2'],
    ['another floor of its autoscaler', 'minReplicas: 2', 'minReplicas: 1'],
    ['another path of its Ingress', 'path: /,', 'path: /x,'],
    ['another weight in its route', 'weight: 1', 'weight: 2'],
  ])('%s', (_, from, to) => {
    expect(all).toContain(from);
    expect(changed(all, all.replace(from, to)).map(({ fields }) => fields)).toEqual([[]]);
  });

  test.each([
    ['its Service', service],
    ['its budget', budget],
    ['its autoscaler', autoscaler],
    ['its Ingress', ingress],
    ['its route', route],
  ])('%s gone', (_, text) => {
    expect(changed(all, all.replace(text, ''))).toHaveLength(1);
    expect(changed(all.replace(text, ''), all)).toHaveLength(1);
  });
});

describe('a workload that base does not show', () => {
  test('is new', () => {
    expect(changed(service, all).map(({ base, fields }) => ({ base, fields }))).toEqual([
      { base: null, fields: [] },
    ]);
    expect(changedWorkloads(null, inventory(all), true)).toHaveLength(1);
  });

  test('is not called new when base did not render as a whole', () => {
    expect(changed(service, all, false)).toEqual([]);
    expect(changed(all, all.replace('replicas: 3', 'replicas: 4'), false)).toHaveLength(1);
  });
});
