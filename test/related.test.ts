import { afterAll, describe, expect, test } from 'vitest';
import { review } from '../src/pipeline.ts';
import type { Comparison } from '../src/repository/comparison.ts';
import { loadConfig, settingsFrom } from '../src/shell/load-settings.ts';
import { shop } from './render/gitops/support.ts';
import { type Files, memoryComparison } from './render/memory-tree.ts';
import { nothingAsked, openTestWorld, wholeHunks } from './review-support.ts';

const { world, close } = openTestWorld();
afterAll(close);

const asked = { ...nothingAsked, repository: shop };

const probe = '          readinessProbe: {httpGet: {path: /, port: http}}\n';

/** A Deployment with three pods, without and with what this change takes away. */
const deployment = (more = '', name = 'web', namespace = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: acme/web:1
          ports: [{name: http, containerPort: 8080}]
${more}`;

const service = (name = 'web', namespace = ''): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
`;

const budget = (limit = 'maxUnavailable: 1', name = 'web'): string => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${name}}
spec: {${limit}, selector: {matchLabels: {app: web}}}
`;

const autoscaler = (target = 'web'): string => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}
  metrics:
    - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
`;

function compared(base: Files, head: Files, reversed: boolean): Comparison {
  return wholeHunks(memoryComparison(base, head, {}, reversed), head);
}

/** What a change says that is no checklist: rule, status, object, and the files that it rests on. */
async function said(base: Files, head: Files, reversed = false) {
  const settings = settingsFrom(asked, loadConfig('', 'config.yml'));
  const { findings } = await review(compared(base, head, reversed), settings, world);
  return findings
    .filter((finding) => finding.class !== 'checklist')
    .map(({ ruleId, status, object, evidence }) => {
      const files = new Set(evidence.flatMap(({ path }) => path ?? []));
      return `${ruleId} ${status} ${object.kind}/${object.name} ${[...files].sort().join(' ')}`.trim();
    });
}

/** The files of both sides with the probe taken away from one of them. */
const withoutProbe = (files: Files, path = 'k8s/deployments/web.yaml') =>
  said(files, { ...files, [path]: String(files[path]).replace(probe, '') });

const removed =
  'readiness-probe-removed introduced Deployment/web k8s/deployments/web.yaml k8s/services/web.yaml';

describe('a Service that is applied from another folder', () => {
  const tree = (more: Files = {}): Files => ({
    'k8s/deployments/web.yaml': deployment(probe),
    'k8s/services/web.yaml': service(),
    ...more,
  });

  test('sends traffic to the pods, in whatever order the files come', async () => {
    const files = tree();
    const head = { ...files, 'k8s/deployments/web.yaml': deployment() };
    expect(await said(files, head)).toEqual([removed]);
    expect(await said(files, head, true)).toEqual([removed]);
  });

  test.each([
    ['in the folder above', 'k8s/web.yaml'],
    ['in a folder within', 'k8s/deployments/services/web.yaml'],
  ])('%s', async (_, path) => {
    const files = { 'k8s/deployments/web.yaml': deployment(probe), [path]: service() };
    expect(await withoutProbe(files)).toHaveLength(1);
  });

  test('not where Applications deploy the folders to two clusters', async () => {
    const apps = (server: string): Files => ({
      'apps/deployments.yaml': application('deployments', 'k8s/deployments'),
      'apps/services.yaml': application('services', 'k8s/services', { server }),
    });
    const one = 'https://kubernetes.default.svc';
    expect(await withoutProbe(tree(apps(one)))).toEqual([removed]);
    expect(await withoutProbe(tree(apps('https://other.example')))).toEqual([]);
  });

  test('is one of that namespace, whatever it is called', async () => {
    const files = tree({
      'k8s/deployments/web.yaml': deployment(probe, 'web', 'shop'),
      'k8s/services/web.yaml': service('frontend', 'shop'),
    });
    expect(await withoutProbe(files)).toEqual([removed]);
  });

  test.each<[string, Files]>([
    ['another namespace', { 'k8s/services/web.yaml': service('web', 'shop') }],
    ['a name that has nothing to do with it', { 'k8s/services/web.yaml': service('frontend') }],
    [
      'such a name in the namespace that everybody has',
      {
        'k8s/deployments/web.yaml': deployment(probe, 'web', 'default'),
        'k8s/services/web.yaml': service('frontend', 'default'),
      },
    ],
    [
      'a selector that is filled in later',
      { 'k8s/services/web.yaml': service().replace('app: web', `app: $${'{APP}'}`) },
    ],
    ['a second copy of the workload', { 'k8s/all/web.yaml': deployment(probe) }],
    ['a second copy of the Service', { 'k8s/all/web.yaml': service() }],
    ['pods of its own', { 'k8s/services/pods.yaml': deployment(probe, 'web-canary') }],
    ['pods in a third folder', { 'k8s/canary/pods.yaml': deployment(probe, 'web-canary') }],
  ])('not with %s', async (_, more) => {
    expect(await withoutProbe(tree(more))).toEqual([]);
  });

  test.each([
    ['further away', 'services/web.yaml'],
    ['two folders down', 'k8s/shop/services/web.yaml'],
    ['of one environment', 'k8s/prod/web.yaml'],
    ['of one kind of cluster', 'k8s/minikube/web.yaml'],
  ])('not %s', async (_, path) => {
    const files = { 'k8s/deployments/web.yaml': deployment(probe), [path]: service() };
    expect(await withoutProbe(files)).toEqual([]);
  });

  test('not in a folder of examples', async () => {
    const files = {
      'examples/deployment/web.yaml': deployment(probe),
      'examples/service/web.yaml': service(),
    };
    expect(await withoutProbe(files, 'examples/deployment/web.yaml')).toEqual([]);
  });

  test('of each environment for itself', async () => {
    const files = (environment: string): Files => ({
      [`${environment}/deployments/web.yaml`]: deployment(probe),
      [`${environment}/services/web.yaml`]: service(),
    });
    const both = { ...files('staging'), ...files('prod') };
    expect(await withoutProbe(both, 'prod/deployments/web.yaml')).toEqual([
      'readiness-probe-removed introduced Deployment/web prod/deployments/web.yaml prod/services/web.yaml',
    ]);
    const { 'prod/services/web.yaml': _, ...without } = both;
    expect(await withoutProbe(without, 'prod/deployments/web.yaml')).toEqual([]);
  });

  test('no longer selects the pods whose label changed', async () => {
    const api = deployment(probe, 'api').replaceAll('app: web', 'app: api');
    const files = tree({
      'k8s/deployments/api.yaml': api,
      'k8s/services/api.yaml': service('api').replace('app: web', 'app: api'),
    });
    const head = {
      ...files,
      'k8s/deployments/web.yaml': deployment(probe).replaceAll('app: web', 'app: shop'),
    };
    expect(await said(files, head)).toContain(
      'service-selects-nothing introduced Service/web k8s/deployments/web.yaml',
    );
    const settings = settingsFrom(asked, loadConfig('', 'config.yml'));
    const { findings } = await review(compared(files, head, false), settings, world);
    expect(findings.map(({ title }) => title)).toContain(
      'Service `web` no longer selects a pod: it wants `app: web`, `Deployment/web` has `app: shop`',
    );
  });
});

describe('a unit that the change leaves alone', () => {
  const files: Files = {
    'k8s/deployments/web.yaml': deployment(probe),
    'k8s/services/web.yaml': service(),
    'k8s/budgets/web.yaml': budget(),
  };

  test('loses the budget that another one had for it', async () => {
    const { 'k8s/budgets/web.yaml': _, ...head } = files;
    expect(await said(files, head)).toEqual([
      'budget-removed introduced Deployment/web k8s/budgets/web.yaml k8s/deployments/web.yaml',
    ]);
    expect(await said(files, { ...head, 'k8s/other/web.yaml': budget('maxUnavailable: 2') })).toEqual([]);
  });

  test('gets an autoscaler from another one', async () => {
    const head = { ...files, 'k8s/hpa/web.yaml': autoscaler() };
    expect(await said(files, head)).toEqual([
      'autoscaler-needs-requests introduced Deployment/web k8s/hpa/web.yaml',
      'replicas-fight-autoscaler introduced Deployment/web k8s/hpa/web.yaml',
    ]);
    expect(await said(files, { ...files, 'k8s/hpa/web.yaml': autoscaler('api') })).toEqual([]);
    const limits = 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: all}\nspec: {limits: []}\n';
    expect(
      await said({ ...files, 'other/limits.yaml': limits }, { ...head, 'other/limits.yaml': limits }),
    ).toEqual(['replicas-fight-autoscaler introduced Deployment/web k8s/hpa/web.yaml']);
  });

  test('is told of nothing that was there before', async () => {
    const before = { ...files, 'k8s/hpa/web.yaml': autoscaler() };
    const head = { ...before, 'k8s/hpa/web.yaml': autoscaler().replace('maxReplicas: 9', 'maxReplicas: 8') };
    expect(await said(before, head)).toEqual([]);
  });
});

test('a budget that blocks is told where it stands, with the pods of another unit', async () => {
  const files: Files = { 'k8s/deployments/web.yaml': deployment(probe) };
  const head = (limit: string) => ({ ...files, 'k8s/budgets/web.yaml': budget(limit) });
  expect(await said(files, head('minAvailable: 3'))).toEqual([
    'budget-blocks-drain introduced PodDisruptionBudget/web k8s/deployments/web.yaml',
  ]);
  expect(await said(files, head('minAvailable: 2'))).toEqual([]);
});

test('two budgets of two units are told once, at the one that came', async () => {
  const workload = { 'k8s/a/web.yaml': deployment(probe) };
  const found = (old: string) => {
    const files = { ...workload, [`k8s/${old}/web.yaml`]: budget() };
    return said(files, { ...files, 'k8s/new/web.yaml': budget('maxUnavailable: 1', 'web-budget') });
  };
  const told = (old: string) => [
    `budgets-overlap introduced PodDisruptionBudget/web-budget k8s/a/web.yaml k8s/${old}/web.yaml`,
  ];
  expect(await found('before')).toEqual(told('before'));
  expect(await found('previous')).toEqual(told('previous'));
  const both = {
    'k8s/b/web.yaml': budget(),
    'k8s/c/web.yaml': budget('maxUnavailable: 1', 'web-budget'),
  };
  expect(await said(workload, { ...workload, ...both })).toHaveLength(1);
});

test('a port name that the pods of another unit do not declare', async () => {
  const files: Files = { 'k8s/deployments/web.yaml': deployment(probe) };
  const head = (port: string) => ({
    ...files,
    'k8s/services/web.yaml': service().replace('targetPort: http', `targetPort: ${port}`),
  });
  const found = ['service-port-unresolved introduced Service/web k8s/deployments/web.yaml'];
  expect(await said(files, head('grpc'))).toEqual(found);
  expect(await said(files, head('http'))).toEqual([]);
  const more = { 'far/away/web.yaml': deployment(probe, 'web-canary') };
  expect(await said({ ...files, ...more }, { ...head('grpc'), ...more })).toEqual([]);
});

test('a route loses its Service in another folder', async () => {
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
  const files = { 'k8s/ingress/web.yaml': ingress, 'k8s/services/web.yaml': service() };
  const { 'k8s/services/web.yaml': _, ...gone } = files;
  expect(await said(files, gone)).toEqual([
    'route-backend-missing introduced Ingress/web k8s/services/web.yaml',
  ]);
  expect(await said(files, { ...gone, 'elsewhere/web.yaml': service() })).toHaveLength(1);
});

const chartFiles = (folder: string, name: string, template: string, values: string): Files => ({
  [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`${folder}/values.yaml`]: values,
  [`${folder}/templates/all.yaml`]: template,
});

interface Destination {
  readonly server?: string;
  readonly namespace?: string;
  readonly more?: string;
}

const application = (name: string, path: string, to: Destination = {}): string => {
  const { server = 'https://kubernetes.default.svc', namespace = 'shop', more = '' } = to;
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {server: "${server}", namespace: ${namespace}}
  source:
    repoURL: https://github.com/acme/shop
    path: ${path}
${more}`;
};

describe('what several Applications deploy', () => {
  const values = 'replicas: 3\n';
  const web = chartFiles(
    'charts/web',
    'web',
    deployment(probe).replace('replicas: 3', 'replicas: {{ .Values.replicas }}'),
    values,
  );
  const blocked = 'budget-blocks-drain introduced PodDisruptionBudget/web charts/web/values.yaml';

  /** A budget that comes as the plain manifests of a folder, or through a kustomization or chart of its own. */
  const forms: readonly (readonly [string, Files])[] = [
    ['a folder', { 'budgets/web.yaml': budget('minAvailable: 3') }],
    [
      'a kustomization',
      {
        'budgets/kustomization.yaml': 'resources: [web.yaml]\n',
        'budgets/web.yaml': budget('minAvailable: 3'),
      },
    ],
    ['a chart', chartFiles('budgets', 'budgets', budget('minAvailable: {{ .Values.least }}'), 'least: 3\n')],
  ];

  const applied = (budgets: Files, to: Destination = {}): readonly [Files, Files] => {
    const base = {
      ...web,
      'apps/web.yaml': application('web', 'charts/web'),
      'apps/budgets.yaml': application('budgets', 'budgets', to),
    };
    return [base, { ...base, ...budgets }];
  };

  test.each(forms)('to one namespace belongs together: %s', async (_, budgets) => {
    const [base, head] = applied(budgets);
    const found = await said(base, head);
    expect(found.map((each) => each.replace(/ budgets\/\S*/, ''))).toEqual([blocked]);
  });

  test.each(forms)('to two namespaces or clusters does not: %s', async (_, budgets) => {
    for (const to of [{ namespace: 'other' }, { server: 'https://other.example' }])
      expect(await said(...applied(budgets, to))).toEqual([]);
  });

  test('to two namespaces does not, where both come with one change', async () => {
    const both = (to: Destination) => {
      const [, head] = applied({ 'budgets/web.yaml': budget('minAvailable: 3') }, to);
      return said({}, head);
    };
    const isBlocked = expect.stringMatching(/^budget-blocks-drain/);
    expect(await both({})).toContainEqual(isBlocked);
    expect(await both({ namespace: 'other' })).not.toContainEqual(isBlocked);
    expect(await both({ server: 'https://other.example' })).not.toContainEqual(isBlocked);
  });

  test('belongs nowhere without a namespace', async () => {
    const files = applied({ 'budgets/web.yaml': budget('minAvailable: 3') }, { namespace: '' });
    const nowhere = { 'apps/web.yaml': application('web', 'charts/web', { namespace: '' }) };
    const [base, head] = files.map((each) => ({ ...each, ...nowhere }));
    expect(await said(base!, head!)).toEqual([]);
  });

  test.each(forms)('is looked at from the other side: %s', async (_, budgets) => {
    const [, files] = applied(budgets);
    const two = { ...files, 'charts/web/values.yaml': 'replicas: 4\n' };
    expect(await said(two, files)).toEqual([expect.stringMatching(/^budget-blocks-drain introduced/)]);
    expect(await said(two, { ...two, 'charts/web/values.yaml': 'replicas: 5\n' })).toEqual([]);
  });

  test('belongs to the environment that it is deployed to', async () => {
    const inEnvironment = (environment: string, replicas: number): Files => ({
      [`apps/${environment}/web.yaml`]: application(`web-${environment}`, 'charts/web', {
        more: `    helm: {parameters: [{name: replicas, value: "${replicas}"}]}\n`,
      }),
    });
    const base = { ...web, ...inEnvironment('prod', 4), ...inEnvironment('staging', 3) };
    const head = (environment: string) => ({
      ...base,
      'budgets/web.yaml': budget('minAvailable: 3'),
      [`apps/${environment}/budgets.yaml`]: application(`budgets-${environment}`, 'budgets'),
    });
    expect(await said(base, head('prod'))).toEqual([]);
    expect(await said(base, head('staging'))).toHaveLength(1);
  });

  test.each([
    { exclude: 'test-*.yaml', findings: 1 },
    { exclude: 'web.*', findings: 0 },
  ])('counts what a folder without $exclude deploys', async ({ exclude, findings }) => {
    const more = `    directory: {exclude: '${exclude}'}\n`;
    const sides = applied({ 'budgets/web.yaml': budget('minAvailable: 3') }, { more });
    expect(await said(...sides)).toHaveLength(findings);
  });

  test('says nothing where two of them deploy the same', async () => {
    const [base, head] = applied({ 'budgets/web.yaml': budget('minAvailable: 3') });
    const again = { 'apps/copy.yaml': application('copy', 'charts/web') };
    expect(await said({ ...base, ...again }, { ...head, ...again })).toEqual([]);
  });

  test('says what it takes for granted of values that stand elsewhere', async () => {
    const files = applied({ 'budgets/web.yaml': budget('minAvailable: 3') });
    const found = async (helm: string) => {
      const web = { 'apps/web.yaml': application('web', 'charts/web', { more: `    helm: ${helm}\n` }) };
      const [base, head] = files.map((each) => ({ ...each, ...web }));
      const settings = settingsFrom(asked, loadConfig('', 'config.yml'));
      const { findings } = await review(compared(base!, head!, false), settings, world);
      return findings.flatMap(({ ruleId, evidence }) =>
        ruleId === 'budget-blocks-drain' ? evidence.map(({ text }) => text) : [],
      );
    };
    const declared = '`Deployment/web` declares 3 replicas';
    expect(await found('{valuesObject: {replicas: 3}}')).toEqual([declared]);
    expect(await found('{valueFiles: [https://acme.example/prod.yaml]}')).toEqual([
      declared,
      'assuming that `https://acme.example/prod.yaml` sets none of these',
    ]);
  });

  test('says nothing of a chart that renders in part only', async () => {
    const [base, head] = applied({ 'budgets/web.yaml': budget('minAvailable: 3') });
    const open = { 'charts/web/templates/fail.yaml': '{{ required "no" .Values.nothing }}' };
    expect(await said({ ...base, ...open }, { ...head, ...open })).toEqual([]);
  });
});

describe('overlays of one environment', () => {
  const overlay = (unit: string, environment: string, resource: string): Files => ({
    [`apps/${unit}/base/kustomization.yaml`]: 'resources: [all.yaml]\n',
    [`apps/${unit}/base/all.yaml`]: resource,
    [`apps/${unit}/overlays/${environment}/kustomization.yaml`]: `namespace: shop-${environment}\nresources: [../../base]\n`,
  });

  test('of another environment do not, whatever their namespace', async () => {
    const inOne = (files: Files): Files =>
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [path, String(text).replace(/shop-\w+/, 'shop')]),
      );
    const base = inOne(overlay('web', 'prod', deployment(probe)));
    const found = (environment: string) =>
      said(base, { ...base, ...inOne(overlay('budgets', environment, budget('minAvailable: 3'))) });
    expect(await found('prod')).toHaveLength(1);
    expect(await found('staging')).toEqual([]);
  });

  test('land together', async () => {
    const base = {
      ...overlay('web', 'prod', deployment(probe)),
      ...overlay('web', 'staging', deployment(probe)),
    };
    const found = (environment: string) =>
      said(base, { ...base, ...overlay('budgets', environment, budget('minAvailable: 3')) });
    expect(await found('prod')).toHaveLength(1);
    expect(await found('qa')).toEqual([]);
  });
});

test('what one environment of a helmfile releases lands together', async () => {
  const helmfile = (environment: string, least: number): string => `environments:
  prod: {}
  qa: {}
---
releases:
  - {name: web, namespace: shop, chart: ./charts/web}
  - name: budgets
    namespace: shop
    chart: ./charts/budgets
    installed: {{ eq .Environment.Name "${environment}" }}
    values: [{least: ${least}}]
`;
  const charts = {
    ...chartFiles('charts/web', 'web', deployment(probe), ''),
    ...chartFiles('charts/budgets', 'budgets', budget('minAvailable: {{ .Values.least }}'), 'least: 1\n'),
  };
  const files = (least: number) => ({ ...charts, 'helmfile.yaml.gotmpl': helmfile('prod', least) });
  expect(await said(files(2), files(3))).toEqual([
    'budget-blocks-drain introduced PodDisruptionBudget/web charts/budgets/templates/all.yaml charts/web/templates/all.yaml',
  ]);
  const apart = (least: number) => {
    const text = helmfile('prod', least).replace('namespace: shop, chart', 'namespace: other, chart');
    return { ...charts, 'helmfile.yaml.gotmpl': text };
  };
  expect(await said(apart(2), apart(3))).toEqual([]);
});

test('what Flux releases in one cluster lands together', async () => {
  const kustomization = (
    name: string,
    namespace: string,
  ): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  path: ./apps/${name}
  targetNamespace: ${namespace}
  sourceRef: {kind: GitRepository, name: flux-system}
`;
  const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: https://github.com/acme/shop}
`;
  const files = (cluster: string, namespace: string): Files => ({
    [`clusters/${cluster}/source.yaml`]: source,
    'clusters/prod/web.yaml': kustomization('web', 'shop'),
    'apps/web/kustomization.yaml': 'resources: [web.yaml]\n',
    'apps/web/web.yaml': deployment(probe),
    [`clusters/${cluster}/budgets.yaml`]: kustomization('budgets', namespace),
    'apps/budgets/kustomization.yaml': 'resources: []\n',
  });
  const found = (cluster: string, namespace: string) => {
    const base = { 'clusters/prod/source.yaml': source, ...files(cluster, namespace) };
    const kustomized = 'resources: [web.yaml]\n';
    return said(base, {
      ...base,
      'apps/budgets/kustomization.yaml': kustomized,
      'apps/budgets/web.yaml': budget('minAvailable: 3'),
    });
  };
  expect(await found('prod', 'shop')).toHaveLength(1);
  expect(await found('prod', 'other')).toEqual([]);
  expect(await found('staging', 'shop')).toEqual([]);
});

/** Knowing less never says more: each value of the objects in turn is left to a later tool. */
test('a value that is filled in later relates nothing and adds no finding', async () => {
  const files: Files = {
    'k8s/deployments/web.yaml': deployment(probe, 'web', 'shop'),
    'k8s/services/web.yaml': service('web', 'shop'),
    'k8s/budgets/web.yaml': budget('minAvailable: 1').replace('{name: web}', '{name: web, namespace: shop}'),
  };
  const change = (all: Files): Files => {
    const { 'k8s/budgets/web.yaml': _, ...head } = all;
    const path = 'k8s/deployments/web.yaml';
    return { ...head, [path]: String(head[path]).replace(probe, '') };
  };
  const all = await said(files, change(files));
  expect(all.map((each) => each.split(' ')[0])).toEqual(['budget-removed', 'readiness-probe-removed']);
  for (const [path, text] of Object.entries(files)) {
    for (const { index, 0: value } of String(text).matchAll(/(?<=[:[{,] )[\w./]+(?=[,}\]\n])/g)) {
      const filled = `${String(text).slice(0, index)}$${'{X}'}${String(text).slice(index + value.length)}`;
      const less = { ...files, [path]: filled };
      const found = (await said(less, change(less))).map((each) => each.split(' ')[0]);
      const known = new Set([...all.map((each) => each.split(' ')[0]), 'refused-by-api-server']);
      expect(found.filter((each) => !known.has(each))).toEqual([]);
      const decides = /^(web|shop)$/.test(value) && !/containers:/.test(String(text).slice(0, index));
      if (decides && path.includes('services'))
        expect(found, `${path}: ${filled}`).not.toContain('readiness-probe-removed');
    }
  }
});

/** Whatever is said of objects of one folder is said of them in folders by kind. */
describe('the same objects in one folder and by kind', () => {
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=120
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
`;
  const binding = `apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata: {name: web}
spec: {serviceRef: {name: web, port: 80}, targetGroupARN: arn, targetType: ip}
`;
  const all: Files = {
    'deployments/web.yaml': deployment(probe),
    'services/web.yaml': service(),
    'budgets/web.yaml': budget(),
    'scaling/web.yaml': autoscaler(),
    'ingress/web.yaml': ingress,
    'bindings/web.yaml': binding,
  };
  const changed = (path: string, from: string | RegExp, to: string): Files => ({
    ...all,
    [path]: String(all[path]).replaceAll(from, to),
  });
  const without = (path: string): Files =>
    Object.fromEntries(Object.entries(all).filter(([each]) => each !== path));

  /** What is not said where only labels or nearly the same names tie the two together. */
  interface Missed {
    readonly anew?: readonly string[];
  }

  test.each<[string, Files, Missed?]>([
    ['a probe goes', changed('deployments/web.yaml', probe, '')],
    [
      'the label of the pods changes',
      changed('deployments/web.yaml', 'app: web', 'app: shop'),
      {
        anew: [
          'budget-selects-nothing introduced PodDisruptionBudget/web',
          'service-selects-nothing introduced Service/web',
        ],
      },
    ],
    [
      'the workload is renamed',
      changed('deployments/web.yaml', '{name: web}', '{name: shop}'),
      {
        anew: ['deregistration-outlives-pod introduced Deployment/shop'],
      },
    ],
    ['the workload goes', without('deployments/web.yaml')],
    ['the Service goes', without('services/web.yaml')],
    ['the port of the Service changes', changed('services/web.yaml', 'port: 80', 'port: 90')],
    [
      'the target of the Service changes',
      changed('services/web.yaml', 'targetPort: http', 'targetPort: grpc'),
    ],
    ['the budget goes', without('budgets/web.yaml')],
    ['the budget blocks', changed('budgets/web.yaml', 'maxUnavailable: 1', 'minAvailable: 2')],
    ['the autoscaler goes', without('scaling/web.yaml')],
    [
      'the autoscaler scales another one',
      changed('scaling/web.yaml', 'kind: Deployment, name: web', 'kind: Deployment, name: wob'),
      { anew: ['autoscaler-target-missing introduced HorizontalPodAutoscaler/web'] },
    ],
    ['the delay of the load balancer changes', changed('ingress/web.yaml', 'seconds=120', 'seconds=300')],
    [
      'the grace period shrinks',
      changed(
        'deployments/web.yaml',
        '      containers:',
        '      terminationGracePeriodSeconds: 5\n      containers:',
      ),
    ],
  ])('%s', async (_, head, missed = {}) => {
    const inOne = (files: Files): Files =>
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [`k8s/${path.replace('/', '-')}`, text]),
      );
    const byKind = (files: Files): Files =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`k8s/${path}`, text]));
    const words = (found: readonly string[]) =>
      found
        .map((each) => each.split(' ').slice(0, 3).join(' '))
        .filter((each) => !each.includes(' existing '));
    for (const [before, lost] of [
      [all, []],
      [{}, missed.anew ?? []],
    ] as const) {
      const whole = words(await said(inOne(before), inOne(head)));
      const apart = words(await said(byKind(before), byKind(head)));
      expect([...apart, ...lost].sort()).toEqual([...whole].sort());
    }
  });
});
