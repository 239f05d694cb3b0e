import { expect, test } from 'vitest';
import { budgetSelectsNothing } from '../../../src/policy/rules/disruption/budget-selects-nothing.ts';
import { parseRawFile, rawUnit } from '../../../src/render/raw/raw.ts';
import { uncheckedResource } from '../../../src/resources/check.ts';
import { inventoryOf } from '../../../src/resources/inventory.ts';
import { defaultLimits } from '../../../src/text/limits.ts';
import { judgeYaml, judgingOf } from '../support.ts';

const invalid = [
  {
    name: 'one label differs in its value',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/instance: shop
      app.kubernetes.io/name: web
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: shop
        app.kubernetes.io/name: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/instance: shop
      app.kubernetes.io/name: wbe
`,
    findings: [
      {
        messageId: 'near',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector.matchLabels["app.kubernetes.io/name"]',
        at: [30, 7, 30, 34],
        data: {
          name: 'web',
          wanted: 'app.kubernetes.io/name: wbe',
          key: 'app.kubernetes.io/name',
          has: 'web',
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'a slip in the only label',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: front
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
    findings: [
      {
        messageId: 'near',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/front',
        field: 'spec.selector.matchLabels.app',
        at: [27, 7, 27, 15],
        data: {
          name: 'front',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'another value, but the same name',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: frontend
  template:
    metadata:
      labels:
        app: frontend
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'near',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector.matchLabels.app',
        at: [27, 7, 27, 15],
        data: {
          name: 'web',
          wanted: 'app: web',
          key: 'app',
          has: 'frontend',
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'another value and another name',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: api
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: db
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: db
`,
    findings: [
      {
        messageId: 'none',
        severity: 'warning',
        status: 'introduced',
        object: 'PodDisruptionBudget/db',
        field: 'spec.selector',
        at: [25, 3, 25, 11],
        data: {
          name: 'db',
          wanted: 'app: db',
          key: 'app',
          has: 'api',
          nearest: 'Deployment/api',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'another component of the same release',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: shop
      component: api
  template:
    metadata:
      labels:
        app: shop
        component: api
    spec:
      containers:
        - name: api
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: worker
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: shop
      component: worker
`,
    findings: [
      {
        messageId: 'none',
        severity: 'warning',
        status: 'introduced',
        object: 'PodDisruptionBudget/worker',
        field: 'spec.selector',
        at: [27, 3, 27, 11],
        data: {
          name: 'worker',
          wanted: 'component: worker',
          key: 'component',
          has: 'api',
          nearest: 'Deployment/api',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'two workloads are equally near',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
      part: shop
  template:
    metadata:
      labels:
        app: api
        part: shop
    spec:
      containers:
        - name: api
          image: nginx:1.27
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
      part: shop
  template:
    metadata:
      labels:
        app: web
        part: shop
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: db
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: db
      part: shop
`,
    findings: [
      {
        messageId: 'none',
        severity: 'warning',
        status: 'introduced',
        object: 'PodDisruptionBudget/db',
        field: 'spec.selector',
        at: [47, 3, 47, 11],
        data: {
          name: 'db',
          wanted: 'app: db',
          key: 'app',
          has: 'api',
          nearest: 'Deployment/api',
          workloads: 2,
        },
      },
    ],
  },
  {
    name: 'the base matched',
    base: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-v2
  template:
    metadata:
      labels:
        app: web-v2
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'lost',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector.matchLabels.app',
        at: [27, 7, 27, 15],
        data: {
          name: 'web',
          wanted: 'app: web',
          key: 'app',
          has: 'web-v2',
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'the base matched and the selector changed',
    base: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
      tier: front
`,
    findings: [
      {
        messageId: 'lost',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector.matchLabels.tier',
        at: [28, 7, 28, 18],
        data: {
          name: 'web',
          wanted: 'tier: front',
          key: 'tier',
          has: null,
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'stood in base',
    base: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: front
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: front
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
    findings: [
      {
        messageId: 'near',
        severity: 'error',
        status: 'existing',
        object: 'PodDisruptionBudget/front',
        field: 'spec.selector.matchLabels.app',
        at: [27, 7, 27, 15],
        data: {
          name: 'front',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'renamed workload leaves its budget behind',
    base: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web2
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web2
  template:
    metadata:
      labels:
        app: web2
    spec:
      containers:
        - name: web2
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'lost',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector.matchLabels.app',
        at: [27, 7, 27, 15],
        data: {
          name: 'web',
          wanted: 'app: web',
          key: 'app',
          has: 'web2',
          nearest: 'Deployment/web2',
          workloads: 1,
        },
      },
    ],
  },
  {
    name: 'no selector at all',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
`,
    findings: [
      {
        messageId: 'no-selector',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector',
        at: [23, 1, 23, 5],
        data: { name: 'web' },
      },
    ],
  },
  {
    name: 'an expression that no pod fulfils',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
      part: shop
  template:
    metadata:
      labels:
        app: web
        part: shop
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      part: shop
    matchExpressions:
      - key: app
        operator: In
        values: [api, app]
`,
    findings: [
      {
        messageId: 'near',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.selector.matchExpressions[0]',
        at: [31, 9, 31, 17],
        data: {
          name: 'web',
          wanted: 'app in (api, app)',
          key: 'app',
          has: 'web',
          nearest: 'Deployment/web',
          workloads: 1,
        },
      },
    ],
  },
];

const valid = [
  {
    name: 'every label matches',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/instance: shop
      app.kubernetes.io/name: web
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: shop
        app.kubernetes.io/name: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/instance: shop
      app.kubernetes.io/name: web
`,
  },
  {
    name: 'removed workload is told of elsewhere',
    base: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: api
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: api
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'selector by a label that the StatefulSet sets (kube-linter#465)',
    head: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: api
      statefulset.kubernetes.io/pod-name: web-0
`,
  },
  {
    name: 'selector by a label that the application sets on itself (Vault, Patroni)',
    head: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
      role: leader
`,
  },
  {
    name: 'an operator may make the pods',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: api
          image: nginx:1.27
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: db
spec:
  instances: 3
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: db
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
  },
  {
    name: 'the unit deploys no workload (kube-linter#179)',
    head: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'the unit deploys only a Job',
    head: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: migrate
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: app:1
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'no workload in the namespace of the budget',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: kube-system
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
  },
  {
    name: 'no namespace against an explicit one is unknown',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
  },
  {
    name: 'the selector is a placeholder',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: \${APP}
`,
  },
  {
    name: 'a label is a placeholder',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: \${APP}
  template:
    metadata:
      labels:
        app: \${APP}
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
`,
  },
  {
    name: 'a file of the unit does not parse (kube-linter#249)',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: wbe
---
apiVersion: v1
kind: ConfigMap
metadata: {name: [
`,
  },
  {
    name: 'an empty selector covers the namespace',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector: {}
`,
  },
];

test.each(invalid)('$name', async ({ name: _, findings, ...input }) => {
  const found = await judgeYaml({ ...input, rules: [budgetSelectsNothing] });
  expect(
    found.map(({ messageId, severity, status, object, container, field, data, ...at }) => ({
      messageId,
      severity,
      status,
      object,
      ...(container === null ? {} : { container }),
      field,
      at: [at.line, at.column, at.endLine, at.endColumn],
      data,
    })),
  ).toEqual(findings);
});

test.each(valid)('$name', async ({ name: _, ...input }) => {
  expect(await judgeYaml({ ...input, rules: [budgetSelectsNothing] })).toEqual([]);
});

test('nothing is said once a workload of another unit matches', () => {
  const [asked] = invalid;
  const here = resourcesOf(asked?.head ?? '');
  const other = (label: string) =>
    inventoryOf('raw:other', resourcesOf(valid[0]?.head.replaceAll('name: web', label) ?? ''), true, null);
  const found = (label: string) => {
    const inventory = inventoryOf('raw:deploy', here, true, other(label));
    return here.flatMap((resource) => [
      ...budgetSelectsNothing.check({
        resource,
        workload: null,
        inventory,
        before: null,
        ...judgingOf(),
        options: {},
      }),
    ]);
  };
  expect(found('name: wbe')).toEqual([]);
  expect(found('name: api').map(({ messageId }) => messageId)).toEqual(['near']);
});

function resourcesOf(text: string) {
  const file = parseRawFile(
    'deploy/web.yaml',
    { kind: 'bytes', bytes: new TextEncoder().encode(text) },
    defaultLimits,
  );
  const unit = rawUnit('deploy', 'raw:deploy', [file], 'head', new Set());
  return unit.renders.flatMap(({ manifests }) => manifests.map(uncheckedResource));
}
