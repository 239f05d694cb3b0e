import { expect, test } from 'vitest';
import { defaultEnvironment } from '../../src/platform/environment.ts';
import { platformOf } from '../../src/platform/platform.ts';
import { deployment, environmentWith, platformIn, shown, workloadIn } from './support.ts';

const required = (...nodeSelectorTerms: readonly object[]): object => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const term = (key: string, operator: string, ...values: readonly string[]): object => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }],
});
const affinityPath =
  'spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
const computeType = 'eks.amazonaws.com/compute-type';
const capacity = 'karpenter.sh/capacity-type';

const pool = (name: string, requirements: readonly object[], group = 'karpenter.k8s.aws'): string =>
  `---\n${JSON.stringify({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: { template: { spec: { nodeClassRef: { group, kind: 'X', name: 'x' }, requirements } } },
  })}\n`;

test.each([
  [
    'the label that names a Fargate profile',
    deployment({ pod: { labels: { 'eks.amazonaws.com/fargate-profile': 'web' } } }),
    'fargate',
    'the pods have the label `eks.amazonaws.com/fargate-profile` @ spec.template.metadata.labels["eks.amazonaws.com/fargate-profile"]',
  ],
  [
    'a profile that a later tool names',
    deployment({ pod: { labels: { 'eks.amazonaws.com/fargate-profile': `\${PROFILE}` } } }),
    'fargate',
    'the pods have the label `eks.amazonaws.com/fargate-profile` @ spec.template.metadata.labels["eks.amazonaws.com/fargate-profile"]',
  ],
  [
    'the annotation that eksctl gives CoreDNS',
    deployment({ pod: { annotations: { [computeType]: 'fargate' } } }),
    'fargate',
    '`eks.amazonaws.com/compute-type` is `fargate` @ spec.template.metadata.annotations["eks.amazonaws.com/compute-type"]',
  ],
  [
    'the scheduler of Fargate',
    deployment({ spec: { schedulerName: 'fargate-scheduler' } }),
    'fargate',
    '`schedulerName` is `fargate-scheduler` @ spec.template.spec.schedulerName',
  ],
  [
    'a node selector for Fargate nodes',
    deployment({ spec: { nodeSelector: { [computeType]: 'fargate' } } }),
    'fargate',
    '`nodeSelector` demands `eks.amazonaws.com/compute-type: fargate` @ spec.template.spec.nodeSelector["eks.amazonaws.com/compute-type"]',
  ],
  [
    'a required affinity for Fargate nodes',
    deployment({ spec: required(term(computeType, 'In', 'fargate')) }),
    'fargate',
    `the required node affinity demands \`eks.amazonaws.com/compute-type: fargate\` @ ${affinityPath}[0].matchExpressions[0]`,
  ],
  [
    'a node selector for Auto Mode',
    deployment({ spec: { nodeSelector: { [computeType]: 'auto' } } }),
    'auto-mode',
    '`nodeSelector` demands `eks.amazonaws.com/compute-type: auto` @ spec.template.spec.nodeSelector["eks.amazonaws.com/compute-type"]',
  ],
  [
    'an instance label that only Auto Mode has',
    deployment({ spec: { nodeSelector: { 'eks.amazonaws.com/instance-category': 'c' } } }),
    'auto-mode',
    '`nodeSelector` demands `eks.amazonaws.com/instance-category: c` @ spec.template.spec.nodeSelector["eks.amazonaws.com/instance-category"]',
  ],
  [
    'an instance label whose value a later tool gives',
    deployment({ spec: { nodeSelector: { 'eks.amazonaws.com/instance-category': `\${CATEGORY}` } } }),
    'auto-mode',
    '`nodeSelector` demands `eks.amazonaws.com/instance-category` @ spec.template.spec.nodeSelector["eks.amazonaws.com/instance-category"]',
  ],
  [
    'an instance label by comparison',
    deployment({ spec: required(term('eks.amazonaws.com/instance-cpu', 'Gt', '4')) }),
    'auto-mode',
    `the required node affinity demands \`eks.amazonaws.com/instance-cpu\` @ ${affinityPath}[0].matchExpressions[0]`,
  ],
  [
    'a NodePool with a node class of Auto Mode',
    deployment({ spec: { nodeSelector: { 'karpenter.sh/nodepool': 'batch' } } }) +
      pool('batch', [], 'eks.amazonaws.com'),
    'auto-mode',
    'NodePool `batch` has a node class of `eks.amazonaws.com` @ spec.template.spec.nodeClassRef.group',
  ],
  [
    'the annotation of the guides',
    deployment({ annotations: { [computeType]: 'auto' } }),
    'auto-mode',
    '`eks.amazonaws.com/compute-type` is `auto` @ metadata.annotations["eks.amazonaws.com/compute-type"]',
  ],
  [
    'a node selector for Windows',
    deployment({ spec: { nodeSelector: { 'kubernetes.io/os': 'windows' } } }),
    'windows',
    '`nodeSelector` demands `kubernetes.io/os: windows` @ spec.template.spec.nodeSelector["kubernetes.io/os"]',
  ],
  [
    'the pod that says it is for Windows',
    deployment({ spec: { os: { name: 'windows' } } }),
    'windows',
    '`os.name` is `windows` @ spec.template.spec.os.name',
  ],
  [
    'a build of Windows',
    deployment({ spec: { nodeSelector: { 'node.kubernetes.io/windows-build': '10.0.20348' } } }),
    'windows',
    '`nodeSelector` demands `node.kubernetes.io/windows-build: 10.0.20348` @ spec.template.spec.nodeSelector["node.kubernetes.io/windows-build"]',
  ],
  [
    'a NodePool of Windows nodes',
    deployment({ spec: { nodeSelector: { 'karpenter.sh/nodepool': 'win' } } }) +
      pool('win', [{ key: 'kubernetes.io/os', operator: 'In', values: ['windows'] }]),
    'windows',
    'NodePool `win` makes nodes with `kubernetes.io/os: windows` @ spec.template.spec.requirements[0]',
  ],
])('%s', (_, text, name, evidence) => {
  const platform = platformIn(text);
  expect(platform).toMatchObject({ name, stated: false, assumed: false });
  expect(shown(platform.because.get(platform.name) ?? [])).toEqual([evidence]);
});

test.each([
  ['nothing at all', deployment()],
  [
    'a mere toleration of the Fargate taint',
    deployment({ spec: { tolerations: [{ key: computeType, value: 'fargate', effect: 'NoSchedule' }] } }),
  ],
  ['CoreDNS as EKS installs it', deployment({ pod: { annotations: { [computeType]: 'ec2' } } })],
  ['a hybrid node', deployment({ spec: { nodeSelector: { [computeType]: 'hybrid' } } })],
  [
    'a compute type that a later tool gives',
    deployment({ spec: { nodeSelector: { [computeType]: `\${TYPE}` } } }),
  ],
  ['a node selector that a later tool gives', deployment({ spec: { nodeSelector: `\${SELECTOR}` } })],
  [
    'two alternatives, one of them other nodes',
    deployment({ spec: required(term(computeType, 'In', 'auto'), term('a', 'Exists')) }),
  ],
  ['one of two values', deployment({ spec: required(term(computeType, 'In', 'auto', 'hybrid')) })],
  ['nodes that are kept out', deployment({ spec: required(term(computeType, 'NotIn', 'fargate', 'auto')) })],
  [
    'a value of an affinity that a later tool gives',
    deployment({ spec: required(term(computeType, 'In', `\${TYPE}`)) }),
  ],
  [
    'terms that a later tool gives',
    deployment({ spec: required(term(computeType, 'In', 'auto'), `\${TERM}` as never) }),
  ],
  [
    'a label that nodes may do without',
    deployment({ spec: required(term('eks.amazonaws.com/instance-category', 'NotIn', 't')) }),
  ],
  [
    'one of two values that a later tool gives',
    deployment({ spec: required(term(computeType, 'In', 'auto', `\${TYPE}`)) }),
  ],
  [
    'a mere preference',
    deployment({
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: term(computeType, 'In', 'auto') },
            ],
          },
        },
      },
    }),
  ],
  [
    'a pool by a name that Auto Mode has too',
    deployment({ spec: { nodeSelector: { 'karpenter.sh/nodepool': 'system' } } }),
  ],
  [
    "a NodePool of one's own Karpenter",
    deployment({ spec: { nodeSelector: { 'karpenter.sh/nodepool': 'batch' } } }) + pool('batch', []),
  ],
  [
    'one of two pools that is out of sight',
    deployment({ spec: required(term('karpenter.sh/nodepool', 'In', 'batch', 'other')) }) +
      pool('batch', [], 'eks.amazonaws.com'),
  ],
  [
    'the node group label of EKS',
    deployment({ spec: { nodeSelector: { 'eks.amazonaws.com/nodegroup': 'a' } } }),
  ],
  ['Linux', deployment({ spec: { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } } })],
  ['an OS that a later tool gives', deployment({ spec: { os: { name: `\${OS}` } } })],
  [
    'Windows among others',
    deployment({ spec: required(term('kubernetes.io/os', 'In', 'linux', 'windows')) }),
  ],
])('%s says nothing: ec2 is assumed', (_, text) => {
  const platform = platformIn(text);
  expect(platform).toMatchObject({ name: 'ec2', stated: false, assumed: true, ipTargets: false });
  expect([...platform.traits]).toEqual([]);
  expect(shown(platform.evidence)).toEqual([
    'platform `ec2` is assumed: neither the objects nor `platforms` in the configuration name one',
  ]);
});

test('terms without requirements match no node, and do not count', () => {
  const spec = required({ matchExpressions: [] }, {}, term(computeType, 'In', 'auto'));
  const { because } = platformIn(deployment({ spec }));
  expect(shown(because.get('auto-mode') ?? [])).toEqual([
    `the required node affinity demands \`eks.amazonaws.com/compute-type: auto\` @ ${affinityPath}[2].matchExpressions[0]`,
  ]);
});

test('a CronJob is read at its own template', () => {
  const text = JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: {
      jobTemplate: {
        spec: {
          template: {
            metadata: { labels: { 'eks.amazonaws.com/fargate-profile': 'jobs' } },
            spec: { containers: [{ name: 'app', image: 'acme/report:1' }] },
          },
        },
      },
    },
  });
  const { name, because } = platformIn(text);
  expect(name).toBe('fargate');
  expect(because.get('fargate')?.[0]?.at?.path.slice(0, 5)).toEqual([
    'spec',
    'jobTemplate',
    'spec',
    'template',
    'metadata',
  ]);
});

test.each([
  [
    'a Karpenter capacity type',
    { nodeSelector: { [capacity]: 'spot' } },
    '`nodeSelector` demands `karpenter.sh/capacity-type: spot`',
  ],
  [
    'a managed node group',
    { nodeSelector: { 'eks.amazonaws.com/capacityType': 'SPOT' } },
    '`nodeSelector` demands `eks.amazonaws.com/capacityType: SPOT`',
  ],
  [
    'a required affinity',
    required(term(capacity, 'In', 'spot')),
    'the required node affinity demands `karpenter.sh/capacity-type: spot`',
  ],
  [
    'either way of saying it',
    required(term(capacity, 'In', 'spot'), term('eks.amazonaws.com/capacityType', 'In', 'SPOT')),
    'the required node affinity demands `karpenter.sh/capacity-type` in `spot`, `SPOT`',
  ],
])('Spot: %s', (_, spec, text) => {
  const { traits, because } = platformIn(deployment({ spec }));
  expect([...traits]).toEqual(['spot']);
  expect(because.get('spot')?.map((each) => each.text)).toEqual([text]);
});

test('Spot: every NodePool that the pods may use makes Spot nodes', () => {
  const spot = [{ key: capacity, operator: 'In', values: ['spot'] }];
  const both = [{ key: capacity, operator: 'In', values: ['spot', 'on-demand'] }];
  const bound = deployment({ spec: required(term('karpenter.sh/nodepool', 'In', 'a', 'b')) });
  expect([...platformIn(bound + pool('a', spot) + pool('b', spot)).traits]).toEqual(['spot']);
  expect([...platformIn(bound + pool('a', spot) + pool('b', both)).traits]).toEqual([]);
  expect([...platformIn(bound + pool('a', spot)).traits]).toEqual([]);
});

test.each([
  [
    'a mere toleration',
    {
      tolerations: [
        { key: 'spot', operator: 'Exists' },
        { key: capacity, value: 'spot' },
      ],
    },
  ],
  ['Spot or on-demand', required(term(capacity, 'In', 'spot', 'on-demand'))],
  ['on-demand', { nodeSelector: { [capacity]: 'on-demand' } }],
  ['a value that a later tool gives', { nodeSelector: { [capacity]: `\${CAPACITY}` } }],
  ['one of two terms', required(term(capacity, 'In', 'spot'), term('zone', 'In', 'a'))],
])('no Spot: %s', (_, spec) => {
  expect([...platformIn(deployment({ spec })).traits]).toEqual([]);
});

test.each([
  ['a GPU', { limits: { 'nvidia.com/gpu': 1 } }, 'nvidia.com/gpu'],
  ['a GPU as text', { requests: { 'nvidia.com/gpu': '2' } }, 'nvidia.com/gpu'],
  ['a part of one', { limits: { 'nvidia.com/mig-1g.5gb': 1 } }, 'nvidia.com/mig-1g.5gb'],
  ['another vendor', { limits: { 'amd.com/gpu': 1 } }, 'amd.com/gpu'],
  ['an Inferentia device', { limits: { 'aws.amazon.com/neuron': 1 } }, 'aws.amazon.com/neuron'],
])('gpu: %s', (_, resources, key) => {
  const { because } = platformIn(deployment({ container: { resources } }));
  const side = 'limits' in resources ? 'limits' : 'requests';
  expect(shown(because.get('gpu') ?? [])).toEqual([
    `container \`app\` asks for \`${key}\` @ spec.template.spec.containers[0].resources.${side}["${key}"]`,
  ]);
});

test.each([
  ['none of it', { limits: { 'nvidia.com/gpu': 0 } }],
  ['an amount that a later tool gives', { limits: { 'nvidia.com/gpu': `\${GPUS}` } }],
  ['something else', { limits: { 'vpc.amazonaws.com/pod-eni': 1, memory: '1Gi' } }],
])('no gpu: %s', (_, resources) => {
  expect([...platformIn(deployment({ container: { resources } })).traits]).toEqual([]);
});

test('the first statement of the configuration that fits wins over the objects', () => {
  const text = deployment({ spec: { nodeSelector: { [computeType]: 'auto', [capacity]: 'spot' } } });
  const environment = environmentWith({
    platforms: [
      { match: { name: 'other' }, platform: 'windows', traits: ['gpu'] },
      { match: { kind: 'Deployment' }, platform: 'fargate', traits: ['onprem', 'nlb'] },
      { match: {}, platform: 'windows', traits: ['istio'] },
    ],
  });
  const platform = platformIn(text, environment);
  expect(platform).toMatchObject({ name: 'fargate', stated: true, assumed: false, ipTargets: true });
  expect([...platform.traits]).toEqual(['onprem', 'nlb', 'spot']);
  expect(shown(platform.evidence)).toEqual([
    '`fargate` is stated in the configuration',
    '`onprem` is stated in the configuration',
    '`nlb` is stated in the configuration',
    `\`nodeSelector\` demands \`karpenter.sh/capacity-type: spot\` @ spec.template.spec.nodeSelector["${capacity}"]`,
  ]);
});

test('traits may be stated without a platform, which is inferred then', () => {
  const environment = environmentWith({ platforms: [{ match: {}, platform: null, traits: ['onprem'] }] });
  expect(platformIn(deployment({ spec: { os: { name: 'windows' } } }), environment)).toMatchObject({
    name: 'windows',
    stated: false,
    traits: new Set(['onprem']),
  });
});

test('a platform is worked out once for an inventory and an environment', () => {
  const { workload, inventory } = workloadIn(deployment());
  const first = platformOf(workload, inventory, defaultEnvironment);
  expect(platformOf(workload, inventory, defaultEnvironment)).toBe(first);
  const stated = environmentWith({ platforms: [{ match: {}, platform: 'fargate', traits: [] }] });
  expect(platformOf(workload, inventory, stated).name).toBe('fargate');
  expect(platformOf(workload, inventory, defaultEnvironment)).toEqual(first);
});
