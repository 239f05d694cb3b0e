import { describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../src/engines/kubernetes.ts';
import type { CheckQuestion } from '../src/kubernetes/api.ts';
import { audit, review } from '../src/pipeline.ts';
import { type Report, reportSchema } from '../src/review/report.ts';
import { jobSummary } from '../src/review/summary.ts';
import { noPaint, reviewText } from '../src/review/text.ts';
import { loadConfig, settingsFrom } from '../src/shell/load-settings.ts';
import type { World } from '../src/world.ts';
import { type Files, memoryComparison, memoryTree } from './render/memory-tree.ts';
import { nothingAsked, wholeHunks } from './review-support.ts';
import { chart, deployment } from './shell/command-support.ts';

const engines = {
  helm: openEngine('helm'),
  kustomize: openEngine('kustomize'),
  kubernetes: openEngine('kubernetes', { instances: 1 }),
};

/** The real engines, with what was asked of them. */
function world() {
  const used = { warm: 0, call: 0, checked: 0 };
  const helm: Engine = {
    warm: () => {
      used.warm += 1;
    },
    call: (header, blobs) => {
      used.call += 1;
      return engines.helm.call(header, blobs);
    },
    close: async () => {},
  };
  const check = (questions: readonly CheckQuestion[]) => {
    used.checked += questions.length;
    return checkObjects(engines.kubernetes, questions);
  };
  const tool = { name: 'test', version: '0' };
  return {
    used,
    world: {
      helm,
      kustomize: engines.kustomize,
      check,
      engineVersion: engineKubernetesVersion,
      clock: () => 0,
      today: '2026-11-26',
      progress: () => {},
      tool,
    } satisfies World,
  };
}

const settings = settingsFrom(nothingAsked, loadConfig('', 'config.yml'));

function printed(report: Report): readonly string[] {
  return [JSON.stringify(report, null, 2), jobSummary(report, () => null, null), reviewText(report, noPaint)];
}

const broken = deployment.replace('port: http}', 'port: nope}');
const service =
  '---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: wob}, ports: [{port: 80}]}\n';
const base: Files = {
  ...(chart as Files),
  'charts/web/values-prod.yaml': 'port: http\n',
  'deploy/a.yaml': deployment,
  'deploy/b.yaml': deployment.replaceAll('web', 'api'),
  'other/c.yaml': deployment.replaceAll('web', 'job'),
};
const head: Files = {
  ...base,
  'charts/web/values.yaml': 'port: nope\n',
  'charts/web/values-prod.yaml': 'port: no\n',
  'deploy/a.yaml': broken + service,
  'deploy/b.yaml': `${broken.replaceAll('web', 'api')}  bad: [\n`,
  'other/c.yaml': broken.replaceAll('web', 'job'),
};

describe('the same input gives the same bytes', () => {
  test('twice, and with files in another order', async () => {
    const reports = await Promise.all(
      [false, false, true].map((reversed) =>
        review(wholeHunks(memoryComparison(base, head, {}, reversed), head), settings, world().world),
      ),
    );
    const [first, again, reversed] = reports.map(printed);
    expect(reports[0]?.findings.length).toBeGreaterThan(4);
    expect(again).toEqual(first);
    expect(reversed).toEqual(first);
  });

  test('of an audit too', async () => {
    const [first, reversed] = await Promise.all(
      [false, true].map((order) => audit(memoryTree(head, { reversed: order }), settings, world().world)),
    );
    expect(printed(reversed!)).toEqual(printed(first!));
    expect(first?.findings.length).toBeGreaterThan(2);
  });
});

test('a report keeps to its own schema', async () => {
  const report = await review(wholeHunks(memoryComparison(base, head), head), settings, world().world);
  expect(reportSchema.parse(report)).toEqual(report);
  const whole = await audit(memoryTree(head), { ...settings, timings: true }, world().world);
  expect(reportSchema.parse(whole)).toEqual(whole);
  expect(whole.workloads.map(({ object }) => object.name)).toEqual(
    [...whole.workloads].map(({ object }) => object.name).sort(),
  );
});

describe('what needs no engine starts none', () => {
  test.each<[string, Files, Files]>([
    ['documentation', { ...base, 'README.md': 'a' }, { ...base, 'README.md': 'b' }],
    ['program text', base, { ...base, 'src/main.go': 'package main' }],
    ['YAML that is no manifest', base, { ...base, '.github/workflows/ci.yml': 'on: push\njobs: {}\n' }],
    ['a file of tests', base, { ...base, 'test/web.yaml': deployment }],
  ])('%s', async (_, before, after) => {
    const { used, world: spied } = world();
    const report = await review(memoryComparison(before, after), settings, spied);
    expect(used).toEqual({ warm: 0, call: 0, checked: 0 });
    expect([report.findings, report.workloads, report.notChecked, report.conclusion]).toEqual([
      [],
      [],
      [],
      'pass',
    ]);
  });

  test('raw manifests need no Helm', async () => {
    const { used, world: spied } = world();
    await review(memoryComparison(base, { ...base, 'deploy/a.yaml': broken }), settings, spied);
    expect([used.warm, used.call]).toEqual([0, 0]);
    expect(used.checked).toBeGreaterThan(0);
  });
});

describe('nothing secret is printed', () => {
  const token = (name: string): string => `tok3n-${name}-4f9a`;
  /** Every place in which a secret may stand, in an object with as much wrong as possible. */
  const secret = (side: string): string => `apiVersion: v1
kind: Secret
metadata: {name: web, annotations: {note: ${token(`annotation-${side}`)}}}
type: Opaque
nope: ${token(`unknown-${side}`)}
data: {key: ${Buffer.from(token(`data-${side}`)).toString('base64')}, bad: "${token(`raw-${side}`)}!"}
stringData: {password: ${token(`string-${side}`)}, number: 12}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {key: ${token(`config-${side}`)}, number: 12}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {note: ${token(`deployment-${side}`)}}}
spec:
  replicas: "3"
  selector: {matchLabels: {app: ${side}}}
  template:
    metadata: {labels: {app: web}, annotations: {note: "${token(`template-${side}`)}"}}
    spec:
      containers:
        - name: web
          image: acme/web:1
          command: [serve, --password, ${token(`command-${side}`)}]
          args: ["--token=${token(`args-${side}`)}", 12]
          env: [{name: PASSWORD, value: ${token(`env-${side}`)}}, {name: PORT, value: 80}, {name: X, valu: ${token(`misspelt-${side}`)}}]
          lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 99; curl ${token(`hook-${side}`)}"]}}}
          readinessProbe:
            httpGet: {path: /, port: nope, httpHeaders: [{name: Authorization, value: ${token(`header-${side}`)}}]}
          livenessProbe: {exec: {command: [check, ${token(`probe-${side}`)}]}, tcpSocket: {port: 80}}
`;
  const valid = (side: string): string =>
    secret(side)
      .replace(/replicas: .*/, 'replicas: 3')
      .replace(/nope: .*\n/, '')
      .replaceAll(', number: 12', '')
      .replace(', 12]', ']')
      .replace('value: 80', 'value: "80"')
      .replace(/, bad: [^}]*/, '')
      .replace(/, \{name: X[^}]*\}/, '')
      .replace(', tcpSocket: {port: 80}', '')
      .replace(`app: ${side}`, 'app: web');
  const templated = (text: string): Files => ({
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/values.yaml': `password: ${token('values')}\n`,
    'charts/web/templates/all.yaml': text,
  });

  test.each<[string, Files, Files]>([
    ['raw', { 'deploy/web.yaml': secret('base') }, { 'deploy/web.yaml': secret('head') }],
    ['raw and valid', { 'deploy/web.yaml': valid('base') }, { 'deploy/web.yaml': valid('head') }],
    [
      'no longer parses',
      { 'deploy/web.yaml': secret('base') },
      { 'deploy/web.yaml': `${secret('head')}  ${token('end')}: [${token('end')}\n` },
    ],
    [
      'an unclosed quote',
      { 'deploy/web.yaml': secret('base') },
      { 'deploy/web.yaml': `${secret('head')}  x: "${token('end')}\n` },
    ],
    ['a chart', templated(secret('base')), templated(secret('head'))],
    ['a valid chart', templated(valid('base')), templated(valid('head'))],
    [
      'a chart that fails on a value',
      templated(valid('base')),
      templated(`${valid('head')}---\na: {{ .Values.password.nope }}\nb: {{ required "x" nil }}\n`),
    ],
    [
      'a chart that renders no YAML',
      templated(valid('base')),
      templated(`a: {{ .Values.password }}: {{ .Values.password }}\n`),
    ],
    [
      'a chart with a wrong number',
      templated(valid('base')),
      templated(
        `a: {{ .Values.password | int | divf "x" }}{{ atoi .Values.password }}{{ .Values.password | toDate "x" }}{{ index .Values.password 5000 }}\n`,
      ),
    ],
  ])('%s', async (_, before, after) => {
    for (const report of [
      await review(wholeHunks(memoryComparison(before, after), after), settings, world().world),
      await audit(memoryTree(after), settings, world().world),
    ]) {
      const all = printed(report).join('\n');
      expect(report.findings.length + report.notChecked.length + report.workloads.length).toBeGreaterThan(0);
      expect(all.match(/.*tok3n.*/g) ?? []).toEqual([]);
      expect(all).not.toContain(Buffer.from('tok3n').toString('base64').slice(0, 6));
    }
  });
});

describe('cards', () => {
  const cards = async (before: Files, after: Files) => {
    const report = await review(memoryComparison(before, after), settings, world().world);
    return report.workloads.map(({ object, valuesSets, timeline, changed }) => ({
      name: object.name,
      valuesSets,
      isNew: timeline.base === null,
      changed: changed.map(({ field }) => field),
    }));
  };
  const more = (text: string) => text.replace('replicas: 3', 'replicas: 4');
  const replicas = ['spec.replicas'];

  test('one for each workload that changed, sorted over all units', async () => {
    const template = 'charts/web/templates/deployment.yaml';
    const after = {
      ...base,
      [template]: more(String(base[template])),
      'deploy/b.yaml': more(String(base['deploy/b.yaml'])),
    };
    expect(await cards(base, after)).toEqual([
      { name: 'api', valuesSets: ['default'], isNew: false, changed: replicas },
      {
        name: 'web',
        valuesSets: ['default', 'charts/web/values-prod.yaml'],
        isNew: false,
        changed: replicas,
      },
    ]);
  });

  test('a new workload is new', async () => {
    const after = { ...base, 'deploy/d.yaml': deployment.replaceAll('web', 'new') };
    expect(await cards(base, after)).toEqual([
      { name: 'new', valuesSets: ['default'], isNew: true, changed: [] },
    ]);
  });

  test('a new values set makes no workload new', async () => {
    expect(await cards(base, { ...base, 'charts/web/values-test.yaml': 'port: http\n' })).toEqual([]);
  });

  test('none for what Helm runs for a step of a deploy or a test', async () => {
    const hook = deployment.replace('name: web', 'name: probe\n  annotations: {helm.sh/hook: test}');
    const before = { ...base, 'charts/web/templates/test.yaml': hook };
    expect(
      await cards(before, {
        ...before,
        'charts/web/templates/test.yaml': hook.replace('replicas: 3', 'replicas: 4'),
      }),
    ).toEqual([]);
  });

  test('nor does a file or a chart that base could not read', async () => {
    const unread = { ...base, 'deploy/a.yaml': `${deployment}  bad: [\n` };
    expect(await cards(unread, base)).toEqual([]);
    const failing = { ...base, 'charts/web/templates/bad.yaml': '{{ nope }}' };
    expect(await cards(failing, base)).toEqual([]);
  });
});

test('what base could not read is existing, unless this change wrote the line', async () => {
  const unread = { ...base, 'deploy/a.yaml': `${broken}  bad: [\n` };
  const mended = { ...base, 'deploy/a.yaml': broken };
  const comparison = memoryComparison(unread, mended);
  const untouched = await review(comparison, settings, world().world);
  expect(untouched.findings.map(({ status }) => status)).toEqual(['existing']);
  const written = await review(wholeHunks(comparison, mended), settings, world().world);
  expect(written.findings.map(({ status }) => status)).toEqual(['introduced']);
});

test('says how far a long rendering is, now and then', async () => {
  const said: string[] = [];
  let now = 0;
  const slow: World = {
    ...world().world,
    clock: () => {
      now += 900;
      return now;
    },
    progress: (text) => said.push(text),
  };
  const charts = Array.from({ length: 6 }, (_, index) =>
    Object.entries(chart as Files).map(([path, text]) => [
      path.replace('charts/web', `charts/web-${index}`),
      text,
    ]),
  );
  await review(memoryComparison({}, Object.fromEntries(charts.flat())), settings, slow);
  expect(said).toEqual([
    '18 files changed',
    '3 of 6 release units rendered',
    '6 release units rendered, judging',
  ]);
});

describe('a new overlay', () => {
  const built: Files = {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': broken,
    'overlays/dev/kustomization.yaml': 'resources: [../../base]\n',
  };
  const overlay = 'overlays/prod/kustomization.yaml';
  const found = async (text: string, more: Files = {}) => {
    const after = { ...built, [overlay]: text, ...more };
    const comparison = memoryComparison(built, after);
    const whole = wholeHunks(comparison, after);
    const { findings } = await review(whole, settings, world().world);
    return findings
      .filter(({ releases }) => releases.some(({ unit }) => unit === 'kustomize:overlays/prod'))
      .map(({ ruleId, status }) => `${ruleId} ${status}`);
  };

  test('brings nothing new where its base had it', async () => {
    expect(await found('resources: [../../base]\n')).toEqual(['probe-port-unresolved existing']);
  });

  test('brings what its own lines do', async () => {
    const patch = `patches:
- target: {kind: Deployment}
  patch: |
    - {op: replace, path: /spec/template/spec/containers/0/readinessProbe/httpGet/port, value: other}
`;
    expect(await found(`resources: [../../base]\n${patch}`)).toEqual(['probe-port-unresolved introduced']);
  });

  test('and neither does a new chart of old ones', async () => {
    const old: Files = {
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'charts/web/templates/deployment.yaml': broken,
    };
    const dependency = '{name: web, version: 1.0.0, repository: "file://../web"}';
    const after = {
      ...old,
      'charts/shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [${dependency}]\n`,
      'charts/shop/templates/other.yaml': broken.replaceAll('web', 'other'),
    };
    const { findings } = await review(
      wholeHunks(memoryComparison(old, after), after),
      settings,
      world().world,
    );
    expect(findings.map(({ object, status }) => `${object.name} ${status}`)).toEqual([
      'other introduced',
      'web existing',
    ]);
  });

  test('is told in full by an audit', async () => {
    const { findings } = await audit(
      memoryTree({ ...built, [overlay]: 'resources: [../../base]\n' }),
      settings,
      world().world,
    );
    expect([...new Set(findings.map(({ status }) => status))]).toEqual(['introduced']);
  });
});

test('a budget of another unit may cover the workload', async () => {
  const served = `${deployment}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
`;
  const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`;
  const found = async (files: Files) => {
    const after = { ...files, 'app/web.yaml': served };
    const report = await review(wholeHunks(memoryComparison(files, after), after), settings, world().world);
    return report.findings.filter(({ ruleId }) => ruleId === 'budget-missing').length;
  };
  expect(await found({})).toBe(1);
  expect(await found({ 'budgets/web.yaml': budget })).toBe(0);
  expect(await found({ 'budgets/web.yaml': budget.replace('app: web', 'app: api') })).toBe(1);
  expect(
    await found({ 'budgets/web.yaml': budget.replace('{name: web}', '{name: web, namespace: shop}') }),
  ).toBe(0);
});

test('an autoscaler of another unit may own the number of pods', async () => {
  const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
`;
  const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 9, minReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`;
  const found = async (files: Files) => {
    const after = { ...files, 'app/web.yaml': deployment + budget };
    const report = await review(wholeHunks(memoryComparison(files, after), after), settings, world().world);
    return report.findings.filter(({ ruleId }) => ruleId === 'budget-blocks-drain').length;
  };
  expect(await found({})).toBe(1);
  expect(await found({ 'scaling/web.yaml': scaler })).toBe(0);
  expect(await found({ 'scaling/web.yaml': scaler.replace('name: web}}', 'name: api}}') })).toBe(1);
});

test('a label that names the release is not held against a release that nobody named', async () => {
  const selecting = (label: string): string =>
    `---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web, ${label}: live}, ports: [{port: 80}]}\n`;
  const labelled = (label: string): string =>
    deployment.replace('labels: {app: web}', `labels: {app: web, ${label}: "{{ .Release.Name }}"}`);
  const found = async (label: string, configuration: string) => {
    const files = { ...base, 'charts/web/templates/deployment.yaml': labelled(label) };
    const after = { ...files, 'charts/web/templates/service.yaml': selecting(label) };
    const config = settingsFrom(nothingAsked, loadConfig(configuration, 'config.yml'));
    const comparison = wholeHunks(memoryComparison(files, after), after);
    const { findings } = await review(comparison, config, world().world);
    return findings.filter(({ ruleId }) => ruleId === 'service-selects-nothing').length;
  };
  const stated = 'releases: [{chart: charts/web, name: web}]\n';
  expect(await found('app.kubernetes.io/instance', '')).toBe(0);
  expect(await found('release', '')).toBe(0);
  expect(await found('app.kubernetes.io/part-of', '')).toBe(1);
  expect(await found('app.kubernetes.io/instance', stated)).toBe(1);
});

describe('the readiness gate of a Namespace that is not in sight', () => {
  const balanced = `${deployment}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {alb.ingress.kubernetes.io/target-type: ip}}
spec: {ingressClassName: alb, defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
  const entries = async (before: string, after: string) => {
    const comparison = memoryComparison({ 'deploy/a.yaml': before }, { 'deploy/a.yaml': after });
    const { notChecked, conclusion } = await review(comparison, settings, world().world);
    expect(conclusion).toBe('pass');
    return notChecked;
  };
  const changed = balanced.replace('replicas: 3', 'replicas: 4');

  test('is not checked, and says so of what changed', async () => {
    expect(await entries(balanced, changed)).toEqual([
      {
        unit: 'raw:deploy',
        path: null,
        line: null,
        reason: 'outside-unit',
        detail:
          "Whether pods of Deployment/web get the load balancer's readiness gate: the label for it stands on their " +
          'Namespace, which is not here.',
        blocking: false,
      },
    ]);
  });

  test.each<[string, string, string]>([
    [
      'nothing changed',
      balanced,
      balanced.replace('port: 80,', 'port: 80, name: web,').replace('name: web, ', ''),
    ],
    [
      'instance targets',
      balanced.replace('type: ip', 'type: instance'),
      changed.replace('type: ip', 'type: instance'),
    ],
    [
      'a gate written by hand',
      balanced,
      changed.replace(
        '    spec:\n',
        '    spec:\n      readinessGates: [{conditionType: target-health.elbv2.k8s.aws/x}]\n',
      ),
    ],
  ])('not with %s', async (_, before, after) => {
    expect(await entries(before, after)).toEqual([]);
  });
});

test('what the configuration states of platforms, workloads and options reaches the rules and the cards', async () => {
  const config = `platforms: [{match: {name: we*}, platform: auto-mode, traits: [spot]}]
workloads: [{match: {kind: Deployment}, runtime: jvm, shutdown-seconds: 40}]
rules: {grace-period-too-short: {severity: error, buffer-seconds: 0}}
`;
  const stated = settingsFrom(nothingAsked, loadConfig(config, 'config.yml'));
  const report = await audit(memoryTree({ 'deploy/a.yaml': deployment }), stated, world().world);
  expect(report.workloads).toMatchObject([
    { platform: { name: 'auto-mode', traits: ['spot'] }, runtime: { name: 'jvm' } },
  ]);
  expect(report.findings.find(({ ruleId }) => ruleId === 'grace-period-too-short')).toMatchObject({
    severity: 'error',
    data: { applicationSeconds: 40, bufferSeconds: 0, graceSeconds: 30 },
  });
});

describe('a kustomization that no longer builds', () => {
  const base: Files = {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': deployment,
    'prod/kustomization.yaml': 'namePrefix: a-\nresources:\n  - ../base\n',
  };
  const broken: Files = {
    ...base,
    'prod/kustomization.yaml': `${base['prod/kustomization.yaml']}  - gone.yaml\n`,
  };
  const judged = async (from: Files, to: Files) => {
    const { findings, notChecked, conclusion } = await review(
      memoryComparison(from, to),
      settings,
      world().world,
    );
    return {
      conclusion,
      found: findings.map(({ ruleId, status, title, location }) => [
        ruleId,
        status,
        title,
        location?.startLine,
      ]),
      notChecked: notChecked.map(({ reason, blocking }) => [reason, blocking]),
    };
  };

  test('is a finding on the line that broke it', async () => {
    expect(await judged(base, broken)).toEqual({
      conclusion: 'fail',
      found: [['render-broken', 'introduced', '`prod` no longer builds', 4]],
      notChecked: [],
    });
  });

  test('is new over what was plain: it does not build, and nothing is known to have broken', async () => {
    const plain = { 'prod/web.yaml': deployment };
    const fresh = { ...plain, 'prod/kustomization.yaml': 'resources: [web.yaml, gone.yaml]\n' };
    expect(await judged(plain, fresh)).toMatchObject({ found: [], notChecked: [['render-failed', true]] });
    const good = { ...plain, 'prod/kustomization.yaml': 'resources: [web.yaml]\n' };
    expect(await judged(plain, good)).toMatchObject({ conclusion: 'pass', notChecked: [] });
  });

  test('was broken before: nothing is known to have broken', async () => {
    const edited = { ...broken, 'base/web.yaml': `${deployment}# x\n` };
    expect(await judged(broken, edited)).toMatchObject({
      found: [],
      notChecked: [['render-failed', false]],
    });
  });

  test('lacks what is not fetched: it is not checked', async () => {
    const remote = {
      ...broken,
      'prod/kustomization.yaml': 'resources: ["https://example.com/x.yaml", ../base]\n',
    };
    expect(await judged(base, remote)).toMatchObject({ found: [], notChecked: [['remote-source', false]] });
  });
});
