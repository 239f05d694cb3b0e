import { expect, test } from 'vitest';
import { fieldUnknown } from '../../../src/policy/rules/kubernetes/field-unknown.ts';
import { judgeYaml } from '../support.ts';

const invalid = [
  {
    name: 'grace period in a container',
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
          terminationGracePeriodSeconds: 60
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].terminationGracePeriodSeconds',
        at: [18, 11, 18, 44],
        data: {
          key: 'terminationGracePeriodSeconds',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'grace period in the workload',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 60
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
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.terminationGracePeriodSeconds',
        at: [6, 3, 6, 36],
        data: {
          key: 'terminationGracePeriodSeconds',
          parent: 'spec',
          holder: null,
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'probe in the pod',
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
      readinessProbe:
        tcpSocket:
          port: 80
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.readinessProbe',
        at: [15, 7, 15, 21],
        data: {
          key: 'readinessProbe',
          parent: 'spec.template.spec',
          holder: null,
          belongs: 'the container',
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'preStop beside lifecycle',
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
          preStop:
            sleep:
              seconds: 5
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].preStop',
        at: [18, 11, 18, 18],
        data: {
          key: 'preStop',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          belongs: "the container's `lifecycle`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'lifecycle in the pod',
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
      lifecycle:
        preStop:
          sleep:
            seconds: 5
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.lifecycle',
        at: [15, 7, 15, 16],
        data: {
          key: 'lifecycle',
          parent: 'spec.template.spec',
          holder: null,
          belongs: 'the container',
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'strategy in the pod template',
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
      strategy:
        type: Recreate
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.strategy',
        at: [15, 7, 15, 15],
        data: {
          key: 'strategy',
          parent: 'spec.template.spec',
          holder: null,
          belongs: "the Deployment's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'strategy of a StatefulSet',
    head: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  strategy:
    type: RollingUpdate
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
`,
    findings: [
      {
        messageId: 'misspelt',
        severity: 'error',
        status: 'introduced',
        object: 'StatefulSet/web',
        field: 'spec.strategy',
        at: [7, 3, 7, 11],
        data: {
          key: 'strategy',
          parent: 'spec',
          holder: null,
          nearest: 'updateStrategy',
          object: 'StatefulSet/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'priorityClassName in the workload',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  priorityClassName: high
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
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.priorityClassName',
        at: [6, 3, 6, 26],
        data: {
          key: 'priorityClassName',
          parent: 'spec',
          holder: null,
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'spread constraints in the workload',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  topologySpreadConstraints: []
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
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.topologySpreadConstraints',
        at: [6, 3, 6, 28],
        data: {
          key: 'topologySpreadConstraints',
          parent: 'spec',
          holder: null,
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'replicas at the top',
    head: `apiVersion: apps/v1
kind: Deployment
replicas: 2
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
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'replicas',
        at: [3, 1, 3, 12],
        data: {
          key: 'replicas',
          parent: '',
          holder: null,
          belongs: "the Deployment's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'replicas of a DaemonSet',
    head: `apiVersion: apps/v1
kind: DaemonSet
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
`,
    findings: [
      {
        messageId: 'unknown',
        severity: 'error',
        status: 'introduced',
        object: 'DaemonSet/web',
        field: 'spec.replicas',
        at: [6, 3, 6, 14],
        data: {
          key: 'replicas',
          parent: 'spec',
          holder: null,
          object: 'DaemonSet/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'restart limit in the pod of a Job',
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
      backoffLimit: 3
      containers:
        - name: main
          image: app:1
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Job/migrate',
        field: 'spec.template.spec.backoffLimit',
        at: [12, 7, 12, 22],
        data: {
          key: 'backoffLimit',
          parent: 'spec.template.spec',
          holder: null,
          belongs: "the Job's `spec`",
          object: 'Job/migrate',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'wrong letter case',
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
          livenessprobe:
            tcpSocket:
              port: 80
`,
    findings: [
      {
        messageId: 'misspelt',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].livenessprobe',
        at: [18, 11, 18, 24],
        data: {
          key: 'livenessprobe',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          nearest: 'livenessProbe',
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'misspelt key of a probe',
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
          livenessProbe:
            periodSecond: 5
            tcpSocket:
              port: 80
`,
    findings: [
      {
        messageId: 'misspelt',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].livenessProbe.periodSecond',
        at: [19, 13, 19, 28],
        data: {
          key: 'periodSecond',
          parent: 'spec.template.spec.containers[0].livenessProbe',
          holder: null,
          nearest: 'periodSeconds',
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'misspelt key of a budget',
    head: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailabel: 1
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'misspelt',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailabel',
        at: [6, 3, 6, 18],
        data: {
          key: 'minAvailabel',
          parent: 'spec',
          holder: null,
          nearest: 'minAvailable',
          object: 'PodDisruptionBudget/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'a key that is near to nothing',
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
          sidecar: true
`,
    findings: [
      {
        messageId: 'unknown',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].sidecar',
        at: [18, 11, 18, 24],
        data: {
          key: 'sidecar',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'the same in two containers is one finding',
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
          terminationGracePeriodSeconds: 60
        - name: proxy
          image: proxy:1
          terminationGracePeriodSeconds: 60
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].terminationGracePeriodSeconds',
        at: [18, 11, 18, 44],
        data: {
          key: 'terminationGracePeriodSeconds',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 2,
        },
      },
    ],
  },
  {
    name: 'one more container is worse',
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
          terminationGracePeriodSeconds: 60
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
          terminationGracePeriodSeconds: 60
        - name: proxy
          image: proxy:1
          terminationGracePeriodSeconds: 60
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'worsened',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].terminationGracePeriodSeconds',
        at: [18, 11, 18, 44],
        data: {
          key: 'terminationGracePeriodSeconds',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 2,
        },
      },
    ],
  },
  {
    name: 'a key twice',
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
          resources:
            limits:
              memory: 1Gi
            limits:
              memory: 2Gi
`,
    findings: [
      {
        messageId: 'duplicate',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].resources.limits',
        at: [21, 13, 21, 19],
        data: {
          key: 'limits',
          parent: 'spec.template.spec.containers[0].resources',
          holder: null,
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'a key twice, with one value',
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
          resources:
            limits:
              memory: 1Gi
            limits:
              memory: 1Gi
`,
    findings: [
      {
        messageId: 'repeated',
        severity: 'info',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].resources.limits',
        at: [21, 13, 21, 19],
        data: {
          key: 'limits',
          parent: 'spec.template.spec.containers[0].resources',
          holder: null,
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'a label twice',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: web
        app: api
    spec:
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'duplicate',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.metadata.labels',
        at: [12, 7, 12, 13],
        data: {
          key: '',
          parent: 'spec.template.metadata.labels',
          holder: null,
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
  {
    name: 'a pod template in a Rollout',
    head: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
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
          terminationGracePeriodSeconds: 60
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'introduced',
        object: 'Rollout/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].terminationGracePeriodSeconds',
        at: [18, 11, 18, 44],
        data: {
          key: 'terminationGracePeriodSeconds',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          belongs: "the pod's `spec`",
          object: 'Rollout/web',
          engineVersion: '1.36',
          isNative: false,
          places: 1,
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
          terminationGracePeriodSeconds: 60
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
          terminationGracePeriodSeconds: 60
`,
    findings: [
      {
        messageId: 'misplaced',
        severity: 'error',
        status: 'existing',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].terminationGracePeriodSeconds',
        at: [18, 11, 18, 44],
        data: {
          key: 'terminationGracePeriodSeconds',
          parent: 'spec.template.spec.containers[0]',
          holder: 'web',
          belongs: "the pod's `spec`",
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
        },
      },
    ],
  },
];

const valid = [
  {
    name: 'grace period in the pod',
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
      terminationGracePeriodSeconds: 60
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'grace period of a liveness probe',
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
          livenessProbe:
            terminationGracePeriodSeconds: 10
            tcpSocket:
              port: 80
`,
  },
  {
    name: 'a key in two maps',
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
          resources:
            limits:
              memory: 1Gi
            requests:
              memory: 1Gi
`,
  },
  {
    name: "Knative's own fields",
    head: `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: web
spec:
  template:
    spec:
      containerConcurrency: 10
      timeoutSeconds: 60
      containers:
        - image: app:1
`,
  },
  {
    name: 'a configured version newer than the engine',
    kubernetesVersion: '1.99',
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
          terminationGracePeriodSeconds: 60
`,
  },
];

test.each(invalid)('$name', async ({ name: _, findings, ...input }) => {
  const found = await judgeYaml({ ...input, rules: [fieldUnknown] });
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
  expect(await judgeYaml({ ...input, rules: [fieldUnknown] })).toEqual([]);
});

test('a lost separator is one finding, not one for each doubled key', async () => {
  const object = (name: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  ports: [{ port: 80 }]
`;
  const joined = await judgeYaml({ head: object('one') + object('two'), rules: [fieldUnknown] });
  expect(joined.map(({ messageId, line, column, data }) => [messageId, line, column, data.object])).toEqual([
    ['joined', 7, 1, 'Service/two'],
  ]);
  expect(await judgeYaml({ head: `${object('one')}---\n${object('two')}`, rules: [fieldUnknown] })).toEqual(
    [],
  );
});
