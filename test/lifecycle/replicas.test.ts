import { describe, expect, test } from 'vitest';
import { floorOf, replicasOf } from '../../src/lifecycle/replicas.ts';
import { releaseOf } from './inventory.ts';

const deployment = (replicas = '', name = 'web'): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
${replicas}  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: web }] } }
`;
const hpa = (min = '', target = 'web'): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: hpa }
spec: { scaleTargetRef: { kind: Deployment, name: "${target}" }, maxReplicas: 10${min} }
`;
const keda = (min = ''): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: keda }
spec: { scaleTargetRef: { name: web }${min} }
`;
const rollout = (target: string): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec: { replicas: 5, workloadRef: { apiVersion: apps/v1, kind: Deployment, name: "${target}" } }
`;

const three = '  replicas: 3\n';

describe('fewest pods', () => {
  test.each<[string, string, unknown]>([
    ['declared', deployment(three), [3, 'replicas']],
    ['unset: an autoscaler outside may own the number', deployment(), null],
    ['a placeholder', deployment('  replicas: "@@N@@"\n'), null],
    ['scaled to 0', deployment('  replicas: 0\n'), [0, 'replicas']],
    ['the floor of an autoscaler wins', deployment(three) + hpa(', minReplicas: 2'), [2, 'floor']],
    ['an autoscaler without a floor: 1', deployment(three) + hpa(), [1, 'floor']],
    ['a placeholder for the floor', deployment(three) + hpa(', minReplicas: "@@MIN@@"'), null],
    ["another's autoscaler", deployment(three) + hpa(', minReplicas: 2', 'api'), [3, 'replicas']],
    ['an autoscaler of an unknown target', deployment(three) + hpa('', '@@TARGET@@'), null],
    ['KEDA', deployment() + keda(', minReplicaCount: 2'), [2, 'floor']],
    ['KEDA down to 0', deployment() + keda(), [1, 'scaledToZero']],
    ["an Argo Rollout that runs the Deployment's template", deployment(three) + rollout('web'), null],
    ["an Argo Rollout that runs another's", deployment(three) + rollout('api'), [3, 'replicas']],
    ['an Argo Rollout of an unknown one', deployment(three) + rollout('@@NAME@@'), null],
  ])('%s', (_, text, expected) => {
    const { inventory, workload } = releaseOf(text);
    const floor = floorOf(inventory, workload);
    expect(floor && [floor.pods, floor.kind]).toEqual(expected);
  });
});

describe('pods as declared', () => {
  test('where nothing else owns the number', () => {
    const { inventory, workload } = releaseOf(deployment(three));
    expect(replicasOf(inventory, workload)).toMatchObject({ pods: 3, at: { path: ['spec', 'replicas'] } });
  });
  test.each([hpa(', minReplicas: 2'), keda()])('not with an autoscaler', (autoscaler) => {
    const { inventory, workload } = releaseOf(deployment(three) + autoscaler);
    expect(replicasOf(inventory, workload)).toBeNull();
  });
  test('not where it declares none', () => {
    const { inventory, workload } = releaseOf(deployment());
    expect(replicasOf(inventory, workload)).toBeNull();
  });
});
