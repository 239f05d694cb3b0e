import { describe, expect, test } from 'vitest';
import type { CheckQuestion, CheckReply, Problem } from '../../src/kubernetes/api.ts';
import { createChecker } from '../../src/resources/check.ts';
import { manifestsOf } from './support.ts';

const accepted: CheckReply = { supported: true, defaulted: null, decoding: [], errors: [], warnings: [] };

/** A Kubernetes that remembers what it was asked. */
function kubernetes(answer: (question: CheckQuestion) => Partial<CheckReply> = () => ({})) {
  const batches: (readonly CheckQuestion[])[] = [];
  const checker = createChecker(async (questions) => {
    batches.push(questions);
    return questions.map((question) => ({ ...accepted, ...answer(question) }));
  }, '1.34');
  return { checker, batches };
}

const manifests = (text: string) => manifestsOf({ 'deploy/web.yaml': text });
const service = (name: string): string =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`;
const problem = (type: string, field: string): Problem => ({ type, field, detail: '' });

describe('asking', () => {
  test('every distinct object once, all in one go', async () => {
    const { checker, batches } = kubernetes();
    const all = manifests(service('a') + service('b') + service('a'));
    await checker.check(all);
    await checker.check(all);
    expect(batches.map((batch) => batch.map(({ object }) => object))).toEqual([
      [all[0]!.value, all[1]!.value],
    ]);
    expect(batches[0]?.[0]).toMatchObject({ version: '1.34', text: all[0]!.text });
  });

  test('not about a kind that Kubernetes here does not know', async () => {
    const { checker, batches } = kubernetes();
    const [map] = manifests('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n');
    await checker.check([map!]);
    expect(batches).toEqual([]);
    expect(checker.resource(map!)).toMatchObject({ checked: null, defaulted: map!.value });
  });

  test.each([
    ['policy/v1beta1', 'PodDisruptionBudget', 'spec: {selector: {matchLabels: {app: web}}}', 'policy/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'spec: {maxReplicas: 3}', 'autoscaling/v2'],
  ])('about %s %s as about the version that took its place', async (apiVersion, kind, spec, asked) => {
    const { checker, batches } = kubernetes();
    const [manifest] = manifests(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${spec}\n`);
    await checker.check([manifest!]);
    expect(batches.flat().map(({ object }) => object)).toEqual([{ ...manifest!.value, apiVersion: asked }]);
    expect(checker.resource(manifest!).checked).not.toBeNull();
    expect(checker.resource(manifest!).ref.apiVersion).toBe(apiVersion);
  });

  test.each([
    ['policy/v1beta1', 'PodDisruptionBudget', 'spec: {selector: {}}'],
    ['policy/v1beta1', 'PodDisruptionBudget', 'spec: {maxUnavailable: 1}'],
    ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', 'spec: {maxReplicas: 3}'],
    ['v1beta1', 'Pod', 'desiredState: {manifest: {containers: []}}'],
    ['v1beta3', 'ReplicationController', 'spec: {template: {spec: {containers: []}}}'],
  ])('not about %s %s, %s: a later version means something else', async (apiVersion, kind, spec) => {
    const { checker, batches } = kubernetes();
    await checker.check(
      manifests(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${spec}\n`),
    );
    expect(batches).toEqual([]);
  });

  test('what was begun is waited for and not asked again', async () => {
    const { checker, batches } = kubernetes();
    const [a, b] = manifests(service('a') + service('b'));
    checker.begin([a!]);
    checker.begin([a!]);
    await checker.check([a!, b!]);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1]);
    expect(checker.resource(a!).checked).not.toBeNull();
  });

  test('what fails after it was begun fails where it is waited for', async () => {
    const checker = createChecker(() => Promise.reject(new Error('no answer')), '1.34');
    const all = manifests(service('a'));
    checker.begin(all);
    await expect(checker.check(all)).rejects.toThrow('no answer');
  });

  test('nothing when there is nothing to ask', async () => {
    const { checker, batches } = kubernetes();
    await checker.check([]);
    await checker.updates([]);
    expect(batches).toEqual([]);
  });

  test('items of lists that only their anchors tell apart are different objects', async () => {
    const list = (port: number): string => `apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Service, metadata: {name: a}, spec: &d {ports: [{port: ${port}}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: b}, spec: *d}
`;
    const { checker, batches } = kubernetes(({ object }) => ({ defaulted: object }));
    const [one, other] = [manifests(list(1))[1]!, manifests(list(2))[1]!];
    expect(one.text).toBe(other.text);
    await checker.check([one, other]);
    expect(checker.resource(one).defaulted).toEqual(one.value);
    expect(checker.resource(other).defaulted).toEqual(other.value);
    const pair = { base: checker.resource(one), head: checker.resource(other) };
    expect((await checker.updates([pair])).size).toBe(1);
    expect(batches.at(-1)).toMatchObject([{ object: other.value, old: one.value }]);
  });

  test('without the fields that a later tool fills in', async () => {
    const { checker, batches } = kubernetes();
    const text = service('a').replace('[{port: 80}]', '[{port: "@@PORT@@", name: http}]');
    await checker.check(manifests(text));
    expect(batches).toEqual([
      [{ object: expect.objectContaining({ spec: { ports: [{ name: 'http' }] } }), version: '1.34' }],
    ]);
  });
});

describe('a kind that only holds a pod template', () => {
  const rollout = (spec: string): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: ${spec}\n`;
  const cloneSet = (claims: string): string =>
    `apiVersion: apps.kruise.io/v1alpha1\nkind: CloneSet\nmetadata: {name: a}\nspec: {template: {spec: {containers: []}}${claims}}\n`;

  test('is asked about as that template, and told in its own paths', async () => {
    const { checker, batches } = kubernetes(() => ({
      defaulted: { template: { spec: { containers: [], restartPolicy: 'Always' } } },
      errors: [problem('FieldValueRequired', 'template.spec.containers')],
    }));
    const [manifest] = manifests(rollout('{replicas: 2, template: {spec: {containers: []}}}'));
    await checker.check([manifest!]);
    expect(batches[0]?.[0]?.object).toMatchObject({
      kind: 'PodTemplate',
      template: { spec: { containers: [] } },
    });
    const resource = checker.resource(manifest!);
    expect(resource.checked?.errors).toEqual([
      problem('FieldValueRequired', 'spec.template.spec.containers'),
    ]);
    expect(resource.defaulted).toMatchObject({
      kind: 'Rollout',
      spec: { replicas: 2, template: { spec: { restartPolicy: 'Always' } } },
    });
  });

  test('is not asked about where it borrows another template', async () => {
    const { checker, batches } = kubernetes();
    const [manifest] = manifests(rollout('{workloadRef: {kind: Deployment, name: a}}'));
    await checker.check([manifest!]);
    expect(batches).toEqual([]);
    expect(checker.resource(manifest!).checked).toBeNull();
  });

  test('has the volumes of its claim templates', async () => {
    const missing = problem('FieldValueNotFound', 'template.spec.containers[0].volumeMounts[0].name');
    const { checker } = kubernetes(() => ({ errors: [missing] }));
    const [without] = manifests(cloneSet(''));
    const [claimed] = manifests(cloneSet(', volumeClaimTemplates: [{metadata: {name: data}}]'));
    await checker.check([without!, claimed!]);
    expect(checker.resource(without!).checked?.errors).toHaveLength(1);
    expect(checker.resource(claimed!).checked?.errors).toEqual([]);
  });

  test('is never asked about as an update', async () => {
    const { checker } = kubernetes();
    const [base, head] = [manifests(cloneSet('')), manifests(cloneSet(', replicas: 1'))];
    await checker.check([...base, ...head]);
    const pair = { base: checker.resource(base[0]!), head: checker.resource(head[0]!) };
    expect((await checker.updates([pair])).size).toBe(0);
  });
});

describe('updates', () => {
  const immutable = problem('FieldValueInvalid', 'spec.clusterIP');
  const invalid = problem('FieldValueInvalid', 'spec.ports[0].port');

  test('tell what is refused beyond what is refused anyway', async () => {
    const { checker } = kubernetes(({ old }) => ({
      errors: old === undefined ? [invalid] : [invalid, immutable],
    }));
    const all = manifests(service('a') + service('a').replace('80', '81'));
    await checker.check(all);
    const [base, head] = all.map(checker.resource);
    const updates = await checker.updates([{ base: base!, head: head! }]);
    expect(updates.get(head!)).toEqual([immutable]);
  });

  test('of the same object by itself are not asked about', async () => {
    const { checker, batches } = kubernetes();
    const [manifest] = manifests(service('a'));
    await checker.check([manifest!]);
    const [base, head] = [checker.resource(manifest!), checker.resource(manifest!)];
    expect((await checker.updates([{ base, head }])).size).toBe(0);
    expect(batches).toHaveLength(1);
  });

  test('are unknown where Kubernetes does not know the kind', async () => {
    const { checker } = kubernetes(({ old }) => ({ supported: old === undefined }));
    const all = manifests(service('a') + service('a').replace('80', '81'));
    await checker.check(all);
    const [base, head] = all.map(checker.resource);
    expect((await checker.updates([{ base: base!, head: head! }])).get(head!)).toBeNull();
  });
});
