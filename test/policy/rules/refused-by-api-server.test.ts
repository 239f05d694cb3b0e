import { expect, test } from 'vitest';
import { refusedByApiServer } from '../../../src/policy/rules/kubernetes/refused-by-api-server.ts';
import { judgeYaml } from '../support.ts';

const invalid = [
  {
    name: 'probe with two handlers',
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
          readinessProbe:
            httpGet:
              path: /
              port: 80
            tcpSocket:
              port: 80
`,
    findings: [
      {
        messageId: 'two-handlers',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].readinessProbe',
        at: [18, 11, 18, 25],
        data: {
          container: 'web',
          probe: 'readinessProbe',
          handlers: ['httpGet', 'tcpSocket'],
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'three handlers are one finding',
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
            exec:
              command: [a]
            httpGet:
              port: 80
            tcpSocket:
              port: 80
`,
    findings: [
      {
        messageId: 'two-handlers',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].livenessProbe',
        at: [18, 11, 18, 24],
        data: {
          container: 'web',
          probe: 'livenessProbe',
          handlers: ['exec', 'httpGet', 'tcpSocket'],
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'probe without a handler',
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
            periodSeconds: 5
`,
    findings: [
      {
        messageId: 'no-handler',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].livenessProbe',
        at: [18, 11, 18, 24],
        data: {
          container: 'web',
          probe: 'livenessProbe',
          isHook: false,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'empty preStop',
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
          lifecycle:
            preStop: {}
`,
    findings: [
      {
        messageId: 'no-handler',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].lifecycle.preStop',
        at: [19, 13, 19, 20],
        data: {
          container: 'web',
          probe: 'preStop',
          isHook: true,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'liveness successThreshold 2',
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
            tcpSocket:
              port: 80
            successThreshold: 2
`,
    findings: [
      {
        messageId: 'success-threshold',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].livenessProbe.successThreshold',
        at: [21, 13, 21, 32],
        data: {
          container: 'web',
          probe: 'livenessProbe',
          successThreshold: 2,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'grace period on a readiness probe',
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
          readinessProbe:
            tcpSocket:
              port: 80
            terminationGracePeriodSeconds: 10
`,
    findings: [
      {
        messageId: 'readiness-grace-period',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].readinessProbe.terminationGracePeriodSeconds',
        at: [21, 13, 21, 46],
        data: {
          container: 'web',
          probe: 'readinessProbe',
          graceSeconds: 10,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'probe and hook on an init container',
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
      initContainers:
        - name: migrate
          image: app:1
          lifecycle:
            preStop:
              sleep:
                seconds: 1
          readinessProbe:
            tcpSocket:
              port: 80
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'init-container-hooks',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'migrate',
        field: 'spec.template.spec.initContainers[0].lifecycle',
        at: [18, 11, 18, 20],
        data: {
          container: 'migrate',
          fields: ['lifecycle', 'readinessProbe'],
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'sleep longer than the default grace period',
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
          lifecycle:
            preStop:
              sleep:
                seconds: 60
`,
    findings: [
      {
        messageId: 'sleep-exceeds-grace-period',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds',
        at: [21, 17, 21, 28],
        data: {
          container: 'web',
          probe: 'preStop',
          sleepSeconds: 60,
          graceSeconds: 30,
          graceIsDefault: true,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'sleep longer than the stated grace period',
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
      terminationGracePeriodSeconds: 45
      containers:
        - name: web
          image: nginx:1.27
          lifecycle:
            preStop:
              sleep:
                seconds: 60
`,
    findings: [
      {
        messageId: 'sleep-exceeds-grace-period',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds',
        at: [22, 17, 22, 28],
        data: {
          container: 'web',
          probe: 'preStop',
          sleepSeconds: 60,
          graceSeconds: 45,
          graceIsDefault: false,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'maxSkew 0',
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
      topologySpreadConstraints:
        - maxSkew: 0
          topologyKey: zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'max-skew',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].maxSkew',
        at: [16, 11, 16, 21],
        data: {
          topologyKey: 'zone',
          maxSkew: 0,
          minDomains: 0,
          whenUnsatisfiable: 'DoNotSchedule',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'minDomains with ScheduleAnyway',
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
      topologySpreadConstraints:
        - maxSkew: 1
          minDomains: 3
          topologyKey: zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'min-domains',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].minDomains',
        at: [17, 11, 17, 24],
        data: {
          topologyKey: 'zone',
          maxSkew: 1,
          minDomains: 3,
          whenUnsatisfiable: 'ScheduleAnyway',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'the same constraint twice',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: web
        - maxSkew: 2
          topologyKey: zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'duplicate-spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0]',
        at: [16, 11, 16, 21],
        data: {
          topologyKey: 'zone',
          maxSkew: 1,
          minDomains: 0,
          whenUnsatisfiable: 'DoNotSchedule',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'whenUnsatisfiable is missing',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: zone
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'quoted',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable',
        at: [16, 11, 16, 21],
        data: {
          field: 'spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable',
          words: 'Unsupported value: supported values: "DoNotSchedule", "ScheduleAnyway"',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'surge and unavailable both 0',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 0
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
        messageId: 'no-surge-no-unavailable',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.strategy.rollingUpdate.maxUnavailable',
        at: [9, 7, 9, 24],
        data: {
          maxSurge: '0',
          maxUnavailable: '0',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'surge as a number in quotes',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    rollingUpdate:
      maxSurge: "1"
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
        messageId: 'amount-as-text',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.strategy.rollingUpdate.maxSurge',
        at: [8, 7, 8, 20],
        data: {
          field: 'maxSurge',
          value: '1',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'progress deadline not above minReadySeconds',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 60
  progressDeadlineSeconds: 60
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
        messageId: 'progress-deadline',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.progressDeadlineSeconds',
        at: [7, 3, 7, 30],
        data: {
          progressDeadlineSeconds: 60,
          minReadySeconds: 60,
          deadlineIsDefault: false,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'minReadySeconds above the default deadline',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 600
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
        messageId: 'progress-deadline',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.minReadySeconds',
        at: [6, 3, 6, 23],
        data: {
          progressDeadlineSeconds: 600,
          minReadySeconds: 600,
          deadlineIsDefault: true,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'the selector asks for another value',
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
        app: api
    spec:
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'selector-misses-template',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.metadata.labels.app',
        at: [13, 9, 13, 17],
        data: {
          wanted: 'app: web',
          key: 'app',
          has: 'api',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'the selector asks for a label that is not there',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
      tier: front
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
        messageId: 'selector-misses-template',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.selector.matchLabels.tier',
        at: [10, 7, 10, 18],
        data: {
          wanted: 'tier: front',
          key: 'tier',
          has: null,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'requests above limits',
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
            requests:
              cpu: "1"
              memory: 2Gi
            limits:
              cpu: 500m
              memory: 1Gi
`,
    findings: [
      {
        messageId: 'requests-exceed-limits',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].resources.requests.cpu',
        at: [20, 15, 20, 23],
        data: {
          container: 'web',
          resource: 'cpu',
          request: '1',
          limit: '500m',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
      {
        messageId: 'requests-exceed-limits',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].resources.requests.memory',
        at: [21, 15, 21, 26],
        data: {
          container: 'web',
          resource: 'memory',
          request: '2Gi',
          limit: '1Gi',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'restartPolicy of a Deployment',
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
      restartPolicy: OnFailure
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'restart-policy',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.restartPolicy',
        at: [15, 7, 15, 31],
        data: {
          kind: 'Deployment',
          restartPolicy: 'OnFailure',
          isDefault: false,
          object: 'Deployment/web',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'restartPolicy of a Job is missing',
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
      serviceAccountName: migrate
      containers:
        - name: main
          image: app:1
`,
    findings: [
      {
        messageId: 'restart-policy',
        severity: 'error',
        status: 'introduced',
        object: 'Job/migrate',
        field: 'spec.template.spec.restartPolicy',
        at: [10, 5, 10, 9],
        data: {
          kind: 'Job',
          restartPolicy: 'Always',
          isDefault: true,
          object: 'Job/migrate',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'schedule with six fields',
    head: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 */5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: app:1
`,
    findings: [
      {
        messageId: 'schedule',
        severity: 'error',
        status: 'introduced',
        object: 'CronJob/report',
        field: 'spec.schedule',
        at: [6, 3, 6, 28],
        data: {
          schedule: '0 */5 * * * *',
          fields: 6,
          hasTimeZone: false,
          object: 'CronJob/report',
          kind: 'CronJob',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'schedule with a minute that there is not',
    head: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "61 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: app:1
`,
    findings: [
      {
        messageId: 'quoted',
        severity: 'error',
        status: 'introduced',
        object: 'CronJob/report',
        field: 'spec.schedule',
        at: [6, 3, 6, 25],
        data: {
          field: 'spec.schedule',
          words: 'Invalid value: end of range (…) above maximum (…): …',
          object: 'CronJob/report',
          kind: 'CronJob',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'schedule with a time zone',
    head: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "TZ=UTC 0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: app:1
`,
    findings: [
      {
        messageId: 'schedule',
        severity: 'error',
        status: 'introduced',
        object: 'CronJob/report',
        field: 'spec.schedule',
        at: [6, 3, 6, 31],
        data: {
          schedule: 'TZ=UTC 0 3 * * *',
          fields: 6,
          hasTimeZone: true,
          object: 'CronJob/report',
          kind: 'CronJob',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'autoscaler maximum below its minimum',
    head: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 5
  maxReplicas: 3
`,
    findings: [
      {
        messageId: 'autoscaler-maximum',
        severity: 'error',
        status: 'introduced',
        object: 'HorizontalPodAutoscaler/web',
        field: 'spec.maxReplicas',
        at: [11, 3, 11, 17],
        data: {
          minReplicas: 5,
          maxReplicas: 3,
          minIsDefault: false,
          maxIsSet: true,
          object: 'HorizontalPodAutoscaler/web',
          kind: 'HorizontalPodAutoscaler',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'autoscaler minimum 0',
    head: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 0
  maxReplicas: 5
`,
    findings: [
      {
        messageId: 'autoscaler-minimum',
        severity: 'error',
        status: 'introduced',
        object: 'HorizontalPodAutoscaler/web',
        field: 'spec.minReplicas',
        at: [10, 3, 10, 17],
        data: {
          minReplicas: 0,
          object: 'HorizontalPodAutoscaler/web',
          kind: 'HorizontalPodAutoscaler',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'budget with both fields',
    head: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'budget-two-fields',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.maxUnavailable',
        at: [7, 3, 7, 20],
        data: {
          minAvailable: '1',
          maxUnavailable: '1',
          object: 'PodDisruptionBudget/web',
          kind: 'PodDisruptionBudget',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'budget with a number in quotes',
    head: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: "1"
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'amount-as-text',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [6, 3, 6, 20],
        data: {
          field: 'minAvailable',
          value: '1',
          object: 'PodDisruptionBudget/web',
          kind: 'PodDisruptionBudget',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'host port other than the container port on the host network',
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
      hostNetwork: true
      containers:
        - name: web
          image: nginx:1.27
          ports:
            - containerPort: 80
              hostPort: 8080
`,
    findings: [
      {
        messageId: 'host-port',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].ports[0].hostPort',
        at: [21, 15, 21, 29],
        data: {
          container: 'web',
          hostPort: 8080,
          containerPort: 80,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'port name too long',
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
          ports:
            - name: metrics-and-health
              containerPort: 80
`,
    findings: [
      {
        messageId: 'port-name-too-long',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].ports[0].name',
        at: [19, 15, 19, 39],
        data: {
          name: 'metrics-and-health',
          characters: 18,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'a missing volume is told once for all its mounts',
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
      volumes:
        - name: configs
          emptyDir: {}
      initContainers:
        - name: setup
          image: app:1
          volumeMounts:
            - name: config
              mountPath: /config
      containers:
        - name: web
          image: nginx:1.27
          volumeMounts:
            - name: config
              mountPath: /config
            - name: cache
              mountPath: /cache
`,
    findings: [
      {
        messageId: 'volume-missing',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].volumeMounts[0].name',
        at: [28, 15, 28, 27],
        data: {
          volume: 'config',
          containers: ['setup', 'web'],
          nearest: 'configs',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 2,
          alsoAt: ['spec.template.spec.initContainers[0].volumeMounts[0].name'],
        },
      },
      {
        messageId: 'volume-missing',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].volumeMounts[1].name',
        at: [30, 15, 30, 26],
        data: {
          volume: 'cache',
          containers: ['web'],
          nearest: null,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'Recreate with rollingUpdate',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    type: Recreate
    rollingUpdate:
      maxSurge: 1
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
        messageId: 'recreate-with-rolling-update',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.strategy.rollingUpdate',
        at: [8, 5, 8, 18],
        data: {
          type: 'Recreate',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'DaemonSet with surge and the default of unavailable',
    head: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: web
spec:
  updateStrategy:
    rollingUpdate:
      maxSurge: 1
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
        messageId: 'daemon-set-rolling-update',
        severity: 'error',
        status: 'introduced',
        object: 'DaemonSet/web',
        field: 'spec.updateStrategy.rollingUpdate.maxSurge',
        at: [8, 7, 8, 18],
        data: {
          maxSurge: '1',
          maxUnavailable: '1',
          isDefault: true,
          object: 'DaemonSet/web',
          kind: 'DaemonSet',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'StatefulSet OnDelete with rollingUpdate',
    head: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  updateStrategy:
    type: OnDelete
    rollingUpdate:
      partition: 0
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
        messageId: 'on-delete-with-rolling-update',
        severity: 'error',
        status: 'introduced',
        object: 'StatefulSet/web',
        field: 'spec.updateStrategy.rollingUpdate',
        at: [9, 5, 9, 18],
        data: {
          type: 'OnDelete',
          object: 'StatefulSet/web',
          kind: 'StatefulSet',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'label value that is too long',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
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
        messageId: 'label-value',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'metadata.labels.version',
        at: [6, 5, 6, 78],
        data: {
          key: 'version',
          characters: 64,
          holds: null,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'label value with a plus sign',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/version: 1.2.3+build
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
        messageId: 'label-value',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'metadata.labels["app.kubernetes.io/version"]',
        at: [6, 5, 6, 43],
        data: {
          key: 'app.kubernetes.io/version',
          characters: 11,
          holds: '+',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'a name that is none, in the words of Kubernetes',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: Web_1
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
        messageId: 'quoted',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/Web_1',
        field: 'metadata.name',
        at: [4, 3, 4, 14],
        data: {
          field: 'metadata.name',
          words:
            "Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
          object: 'Deployment/Web_1',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'a protocol in small letters, and a port without its number',
    head: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
      protocol: tcp
    - name: admin
      targetPort: 9000
`,
    findings: [
      {
        messageId: 'unsupported-value',
        severity: 'error',
        status: 'introduced',
        object: 'Service/web',
        field: 'spec.ports[0].protocol',
        at: [11, 7, 11, 20],
        data: {
          field: 'protocol',
          value: 'tcp',
          supported: ['SCTP', 'TCP', 'UDP'],
          nearest: 'TCP',
          object: 'Service/web',
          kind: 'Service',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
      {
        messageId: 'port-missing',
        severity: 'error',
        status: 'introduced',
        object: 'Service/web',
        field: 'spec.ports[1].port',
        at: [12, 7, 12, 18],
        data: {
          field: 'port',
          list: 'ports',
          object: 'Service/web',
          kind: 'Service',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'a port that is out of range is quoted',
    head: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80000
`,
    findings: [
      {
        messageId: 'quoted',
        severity: 'error',
        status: 'introduced',
        object: 'Service/web',
        field: 'spec.ports[0].port',
        at: [9, 7, 9, 18],
        data: {
          field: 'spec.ports[0].port',
          words: 'Invalid value: must be between 1 and 65535, inclusive',
          object: 'Service/web',
          kind: 'Service',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'the same mistake in two containers is one finding',
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
          imagePullPolicy: always
        - name: proxy
          image: proxy:1
          imagePullPolicy: always
`,
    findings: [
      {
        messageId: 'unsupported-value',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].imagePullPolicy',
        at: [18, 11, 18, 34],
        data: {
          field: 'imagePullPolicy',
          value: 'always',
          supported: ['Always', 'IfNotPresent', 'Never'],
          nearest: 'Always',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 2,
          alsoAt: ['spec.template.spec.containers[1].imagePullPolicy'],
        },
      },
    ],
  },
  {
    name: 'an environment variable that is a number',
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
          env:
            - name: PORT
              value: 8080
`,
    findings: [
      {
        messageId: 'wrong-type',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].env[0].value',
        at: [20, 15, 20, 26],
        data: {
          field: 'spec.template.spec.containers[0].env[0].value',
          found: 'a number',
          wanted: 'text',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'a list where a mapping stands',
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
          resources: []
`,
    findings: [
      {
        messageId: 'wrong-type',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].resources',
        at: [18, 11, 18, 20],
        data: {
          field: 'spec.template.spec.containers[0].resources',
          found: 'a list',
          wanted: 'a mapping',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'text where a number stands',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: two
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
        messageId: 'wrong-type',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.replicas',
        at: [6, 3, 6, 16],
        data: {
          field: 'spec.replicas',
          found: 'text',
          wanted: 'a whole number',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
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
          livenessProbe:
            tcpSocket:
              port: 80
            successThreshold: 2
`,
    findings: [
      {
        messageId: 'success-threshold',
        severity: 'error',
        status: 'introduced',
        object: 'Rollout/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].livenessProbe.successThreshold',
        at: [21, 13, 21, 32],
        data: {
          container: 'web',
          probe: 'livenessProbe',
          successThreshold: 2,
          object: 'Rollout/web',
          kind: 'Rollout',
          engineVersion: '1.36',
          isNative: false,
          places: 1,
          alsoAt: [],
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
  minReadySeconds: 600
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
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 600
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
`,
    findings: [
      {
        messageId: 'progress-deadline',
        severity: 'error',
        status: 'existing',
        object: 'Deployment/web',
        field: 'spec.minReadySeconds',
        at: [6, 3, 6, 23],
        data: {
          progressDeadlineSeconds: 600,
          minReadySeconds: 600,
          deadlineIsDefault: true,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
  {
    name: 'one more container with the same mistake is worse',
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
          imagePullPolicy: always
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
          imagePullPolicy: always
        - name: proxy
          image: proxy:1
          imagePullPolicy: always
`,
    findings: [
      {
        messageId: 'unsupported-value',
        severity: 'error',
        status: 'worsened',
        object: 'Deployment/web',
        container: 'web',
        field: 'spec.template.spec.containers[0].imagePullPolicy',
        at: [18, 11, 18, 34],
        data: {
          field: 'imagePullPolicy',
          value: 'always',
          supported: ['Always', 'IfNotPresent', 'Never'],
          nearest: 'Always',
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 2,
          alsoAt: ['spec.template.spec.containers[1].imagePullPolicy'],
        },
      },
    ],
  },
  {
    name: 'fixed',
    base: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 600
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
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 60
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
        messageId: 'progress-deadline',
        severity: 'error',
        status: 'fixed',
        object: 'Deployment/web',
        field: 'spec.minReadySeconds',
        at: [6, 3, 6, 23],
        data: {
          progressDeadlineSeconds: 600,
          minReadySeconds: 600,
          deadlineIsDefault: true,
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          isNative: true,
          places: 1,
          alsoAt: [],
        },
      },
    ],
  },
];

const valid = [
  {
    name: 'a source of data whose name is filled in, which Kubernetes copies',
    head: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  dataSourceRef:
    apiGroup: volsync.backube
    kind: ReplicationDestination
    name: "\${APP}-dst"
  resources:
    requests:
      storage: 1Gi
`,
  },
  {
    name: 'probe with one handler and a null',
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
          readinessProbe:
            httpGet: null
            tcpSocket:
              port: 80
`,
  },
  {
    name: 'a placeholder may be the handler',
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
            periodSeconds: 5
            httpGet: \${PROBE}
`,
  },
  {
    name: 'readiness successThreshold 2',
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
          readinessProbe:
            tcpSocket:
              port: 80
            successThreshold: 2
`,
  },
  {
    name: 'grace period on a liveness probe',
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
            tcpSocket:
              port: 80
            terminationGracePeriodSeconds: 10
`,
  },
  {
    name: 'probe on a native sidecar',
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
      initContainers:
        - name: proxy
          image: app:1
          restartPolicy: Always
          readinessProbe:
            tcpSocket:
              port: 80
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'sleep as long as the grace period',
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
          lifecycle:
            preStop:
              sleep:
                seconds: 30
`,
  },
  {
    name: 'the grace period is a placeholder',
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
      terminationGracePeriodSeconds: \${GRACE}
      containers:
        - name: web
          image: nginx:1.27
          lifecycle:
            preStop:
              sleep:
                seconds: 60
`,
  },
  {
    name: 'maxSkew 1',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'surge 0 and unavailable by default',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    rollingUpdate:
      maxSurge: 0
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
  },
  {
    name: 'minReadySeconds below the default deadline',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 599
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
  },
  {
    name: 'the label is a placeholder',
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
        app: \${APP}
    spec:
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'requests equal to limits',
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
            requests:
              cpu: 500m
            limits:
              cpu: 500m
`,
  },
  {
    name: 'the limit is a placeholder',
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
            requests:
              cpu: "1"
            limits:
              cpu: \${CPU}
`,
  },
  {
    name: 'restartPolicy of a Job',
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
`,
  },
  {
    name: 'schedule with five fields',
    head: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: app:1
`,
  },
  {
    name: 'autoscaler minimum equal to its maximum',
    head: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 3
  maxReplicas: 3
`,
  },
  {
    name: 'the autoscaler minimum is a placeholder',
    head: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: \${MIN}
  maxReplicas: 0
`,
  },
  {
    name: 'budget with a percentage',
    head: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 50%
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'host port off the host network',
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
          ports:
            - containerPort: 80
              hostPort: 8080
`,
  },
  {
    name: 'a volume name is a placeholder',
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
      volumes:
        - name: \${VOLUME}
          emptyDir: {}
      containers:
        - name: web
          image: nginx:1.27
          volumeMounts:
            - name: config
              mountPath: /config
`,
  },
  {
    name: 'Recreate',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    type: Recreate
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
  },
  {
    name: 'DaemonSet with surge alone',
    head: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: web
spec:
  updateStrategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
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
  },
  {
    name: 'an environment variable in quotes',
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
          env:
            - name: PORT
              value: "8080"
`,
  },
  {
    name: 'replicas are a placeholder',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: \${REPLICAS}
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
  },
  {
    name: 'Knative fills in what a pod template lacks',
    head: `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - image: app:1
          readinessProbe:
            httpGet:
              path: /
`,
  },
  {
    name: 'a numeric probe port that is not declared',
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
          readinessProbe:
            tcpSocket:
              port: 80
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
          livenessProbe:
            tcpSocket:
              port: 80
            successThreshold: 2
`,
  },
  {
    name: 'a health check port that the API server allocates',
    head: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector:
    app: web
  ports:
    - port: 80
`,
  },
];

test.each(invalid)('$name', async ({ name: _, findings, ...input }) => {
  const found = await judgeYaml({ ...input, rules: [refusedByApiServer] });
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
  expect(await judgeYaml({ ...input, rules: [refusedByApiServer] })).toEqual([]);
});

test('a port name that is too long is one finding, with the probes that write it', async () => {
  const head = (probe: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: nginx:1.27
          ports:
            - name: http-health-port
              containerPort: 8080
          livenessProbe:
            tcpSocket: { port: ${probe} }
`;
  const judged = async (probe: string) =>
    (await judgeYaml({ head: head(probe), rules: [refusedByApiServer] })).map(({ line, column, data }) => [
      line,
      column,
      data.alsoAt,
    ]);
  expect(await judged('http-health-port')).toEqual([
    [16, 15, ['spec.template.spec.containers[0].livenessProbe.tcpSocket.port']],
  ]);
  expect(await judged('another-long-name')).toEqual([
    [16, 15, []],
    [19, 26, []],
  ]);
});
