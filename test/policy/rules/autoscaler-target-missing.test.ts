import { describe, expect, test } from 'vitest';
import { autoscalerTargetMissing } from '../../../src/policy/rules/autoscaling/autoscaler-target-missing.ts';
import { parseRawFile, rawUnit } from '../../../src/render/raw/raw.ts';
import { uncheckedResource } from '../../../src/resources/check.ts';
import { type Elsewhere, inventoryOf } from '../../../src/resources/inventory.ts';
import { defaultLimits } from '../../../src/text/limits.ts';
import { judgeYaml, judgingOf } from '../support.ts';

const rules = [autoscalerTargetMissing];

const workload = (name: string, kind = 'Deployment', metadata = ''): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}${metadata} }
spec:
  selector: { matchLabels: { app: ${name.replaceAll('"', '')} } }
  template:
    metadata: { labels: { app: ${name.replaceAll('"', '')} } }
    spec: { containers: [{ name: main, image: "main:1.2.3" }] }
`;

const hpa = (target: string, metadata = '', apiVersion = 'apps/v1'): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web${metadata} }
spec:
  scaleTargetRef: { apiVersion: ${apiVersion}, ${target} }
  maxReplicas: 10
`;

const keda = (target: string): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { ${target} }
  triggers: []
`;

const config = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

const web = 'kind: Deployment, name: web';

describe('valid', () => {
  test.each<[string, string, string | undefined]>([
    ['it is there', workload('web') + hpa(web), undefined],
    ['the version does not matter', workload('web') + hpa(web, '', 'apps/v1beta1'), undefined],
    ['nothing like it in sight, as before', workload('api') + hpa(web), undefined],
    [
      'no workload at all: it may be another release of its own (kube-linter#179)',
      config + hpa(web),
      undefined,
    ],
    [
      'a kind that only an operator knows (kubescape C-0300)',
      workload('web') + hpa('kind: KafkaConnect, name: web', '', 'kafka.strimzi.io/v1'),
      undefined,
    ],
    [
      'a Rollout (kube-score#430)',
      workload('web', 'Rollout').replace('apps/v1', 'argoproj.io/v1alpha1') +
        hpa('kind: Rollout, name: web', '', 'argoproj.io/v1alpha1'),
      undefined,
    ],
    [
      'a Rollout that points at a template',
      `---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: web }\nspec: { workloadRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n${hpa('kind: Rollout, name: web', '', 'argoproj.io/v1alpha1')}`,
      undefined,
    ],
    [
      'a name that a later tool fills in',
      workload('web') + hpa(`kind: Deployment, name: "\${NAME}"`),
      undefined,
    ],
    ['a kind that a later tool fills in', workload('web') + hpa(`kind: "\${KIND}", name: webs`), undefined],
    [
      'a workload whose name a later tool fills in',
      workload(`"\${NAME}"`) + workload('webb') + hpa(web),
      undefined,
    ],
    [
      'a namespace that is not stated against one that is',
      workload('web', 'Deployment', ', namespace: shop') + hpa(web),
      undefined,
    ],
    [
      'an operator may make it',
      `${workload('webb') + hpa(web)}---\napiVersion: example.com/v1\nkind: App\nmetadata: { name: web }\n`,
      undefined,
    ],
    [
      'an operator may make it, and the base had it',
      `${hpa(web)}---\napiVersion: example.com/v1\nkind: App\nmetadata: { name: web }\n`,
      workload('web') + hpa(web),
    ],
    ['two that are spelt alike', workload('webs') + workload('webb') + hpa(web), undefined],
    [
      'two documents of one object: nobody knows what is deployed',
      `${workload('webb') + hpa(web)}${config.repeat(2)}`,
      undefined,
    ],
    ['a hook', workload('webb') + hpa(web, ', annotations: { helm.sh/hook: post-install }'), undefined],
    ['the autoscaler goes with its workload', config, workload('web') + hpa(web)],
  ])('%s', async (_, head, base) =>
    expect(await judgeYaml(base === undefined ? { head, rules } : { base, head, rules })).toEqual([]),
  );
});

const finding = {
  class: 'contradiction',
  severity: 'error',
  status: 'introduced',
  object: 'HorizontalPodAutoscaler/web',
};

const why =
  'The controller cannot read its scale (`FailedGetScale`), and nothing follows the load: the number of pods stays what the ' +
  "workload's own `replicas` say.";

describe('invalid', () => {
  test('another kind of the same name, in full', async () => {
    expect(await judgeYaml({ head: workload('web', 'StatefulSet') + hpa(web), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        messageId: 'near',
        field: 'spec.scaleTargetRef.kind',
        line: 15,
        column: 42,
        endLine: 15,
        endColumn: 58,
        title:
          '`HorizontalPodAutoscaler/web` scales `Deployment/web`, which is not there: `StatefulSet/web` is',
        message:
          'Nothing in sight has the kind and name `Deployment/web` of `scaleTargetRef`; `StatefulSet/web` comes nearest.',
        why,
        fix: 'Write `StatefulSet/web` into `spec.scaleTargetRef`.',
        data: {
          autoscaler: 'HorizontalPodAutoscaler/web',
          target: 'Deployment/web',
          nearest: 'StatefulSet/web',
          keda: false,
        },
        evidence: [{ text: 'nearest: `StatefulSet/web`', path: 'deploy/web.yaml', line: 4 }],
      }),
    ]);
  });

  test('the workload is gone, the autoscaler stays, in full', async () => {
    const base = workload('web') + hpa(web);
    expect(await judgeYaml({ base, head: config + hpa(web), rules })).toEqual([
      expect.objectContaining({
        ...finding,
        messageId: 'lost',
        field: 'spec.scaleTargetRef.name',
        title: '`HorizontalPodAutoscaler/web` scales `Deployment/web`, which this change removes',
        message: 'The base deployed `Deployment/web`; now nothing in sight has that kind and name.',
        why,
        fix:
          'Remove `HorizontalPodAutoscaler/web` with its workload, or name the one that took its place under ' +
          '`spec.scaleTargetRef`.',
        data: {
          autoscaler: 'HorizontalPodAutoscaler/web',
          target: 'Deployment/web',
          nearest: null,
          keda: false,
        },
        evidence: [],
      }),
    ]);
  });

  test.each<[string, string, string | undefined, object]>([
    [
      'a slip of the pen',
      workload('checkout') + hpa('kind: Deployment, name: chekout'),
      undefined,
      { messageId: 'near', data: { nearest: 'Deployment/checkout' }, field: 'spec.scaleTargetRef.name' },
    ],
    [
      'the workload that is named as the autoscaler is',
      workload('web') + hpa('kind: Deployment, name: frontend'),
      undefined,
      { messageId: 'near', data: { nearest: 'Deployment/web' } },
    ],
    [
      'renamed, and the one that is new is named',
      workload('storefront') + workload('api') + hpa(web),
      workload('web') + workload('api') + hpa(web),
      {
        messageId: 'lost',
        message:
          'The base deployed `Deployment/web`; now nothing in sight has that kind and name, the nearest ' +
          'is `Deployment/storefront`.',
        fix: 'Write `Deployment/storefront` into `spec.scaleTargetRef`.',
      },
    ],
    [
      'a Deployment became a Rollout',
      workload('web', 'Rollout').replace('apps/v1', 'argoproj.io/v1alpha1') + hpa(web),
      workload('web') + hpa(web),
      { messageId: 'lost', field: 'spec.scaleTargetRef.kind', data: { nearest: 'Rollout/web' } },
    ],
    [
      "KEDA's default kind is Deployment",
      workload('web', 'StatefulSet') + keda('name: web'),
      undefined,
      {
        messageId: 'near',
        object: 'ScaledObject/web',
        data: { target: 'Deployment/web', nearest: 'StatefulSet/web', keda: true },
        why:
          "KEDA finds no `Deployment/web`, and nothing follows the load: the number of pods stays what the workload's own " +
          '`replicas` say.',
      },
    ],
  ])('%s', async (_, head, base, expected) =>
    expect(await judgeYaml(base === undefined ? { head, rules } : { base, head, rules })).toMatchObject([
      { ...finding, ...expected },
    ]),
  );
});

describe('what stands in other units', () => {
  const inventory = (unit: string, text: string, complete: boolean, elsewhere: Elsewhere | null) => {
    const bytes = new TextEncoder().encode(text);
    const file = parseRawFile('deploy/web.yaml', { kind: 'bytes', bytes }, defaultLimits);
    const { manifests } = rawUnit('deploy', unit, [file], 'head', new Set()).renders[0]!;
    return inventoryOf(unit, manifests.map(uncheckedResource), complete, elsewhere);
  };

  test.each<[string, boolean, string, number]>([
    ['the whole unit, and no other has it', true, workload('api'), 1],
    ['another unit deploys it', true, workload('web'), 0],
    [
      'another unit deploys it in a namespace of its own',
      true,
      workload('web', 'Deployment', ', namespace: shop'),
      0,
    ],
    ['another unit deploys another kind', true, workload('web', 'DaemonSet'), 1],
    ['a unit that is not whole', false, workload('api'), 0],
  ])('%s', (_, complete, other, expected) => {
    const elsewhere = inventory('raw:other', other, true, null);
    const head = inventory('raw:deploy', workload('webb') + hpa(web), complete, elsewhere);
    const { cluster, environment } = judgingOf();
    const resource = head.resources[1]!;
    const subject = {
      resource,
      workload: null,
      inventory: head,
      before: null,
      cluster,
      environment,
      options: {},
    };
    expect([...autoscalerTargetMissing.check(subject)]).toHaveLength(expected);
  });
});
