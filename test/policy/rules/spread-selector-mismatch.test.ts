import { expect, test } from 'vitest';
import { spreadSelectorMismatch } from '../../../src/policy/rules/placement/spread-selector-mismatch.ts';
import { judgeYaml } from '../support.ts';

const invalid = [
  {
    name: 'selector of another application',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: wbe
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels.app',
        at: [21, 15, 21, 23],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
          counts: null,
        },
      },
    ],
  },
  {
    name: 'a label that the pods do not have',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: web
              tier: front
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels.tier',
        at: [22, 15, 22, 26],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          wanted: 'tier: front',
          key: 'tier',
          has: null,
          counts: null,
        },
      },
    ],
  },
  {
    name: 'it counts the pods of another workload',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: api
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
`,
    findings: [
      {
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels.app',
        at: [21, 15, 21, 23],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app: api',
          key: 'app',
          has: 'web',
          counts: 'Deployment/api',
        },
      },
    ],
  },
  {
    name: 'no labelSelector',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'no-selector',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0]',
        at: [16, 11, 16, 21],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
        },
      },
    ],
  },
  {
    name: 'an expression that its own pods fail',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchExpressions:
              - key: app
                operator: NotIn
                values: [web]
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchExpressions[0]',
        at: [21, 17, 21, 25],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app not in (web)',
          key: 'app',
          has: 'web',
          counts: null,
        },
      },
    ],
  },
  {
    name: 'two constraints, two findings',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: wbe
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: wbe
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels.app',
        at: [21, 15, 21, 23],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
          counts: null,
        },
      },
      {
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[1].labelSelector.matchLabels.app',
        at: [27, 15, 27, 23],
        data: {
          object: 'Deployment/web',
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
          counts: null,
        },
      },
    ],
  },
  {
    name: 'anti-affinity with a slip',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: wbe
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'anti-affinity',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field:
          'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app',
        at: [21, 19, 21, 27],
        data: {
          object: 'Deployment/web',
          topologyKey: 'kubernetes.io/hostname',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
        },
      },
    ],
  },
  {
    name: 'anti-affinity where another label agrees',
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
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: topology.kubernetes.io/zone
                labelSelector:
                  matchLabels:
                    app: api
                    part: shop
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'anti-affinity-unseen',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        field:
          'spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector.matchLabels.app',
        at: [25, 21, 25, 29],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          wanted: 'app: api',
          key: 'app',
          has: 'web',
        },
      },
    ],
  },
  {
    name: 'anti-affinity towards an application that nobody sees',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: kafka
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'anti-affinity-unseen',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        field:
          'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app',
        at: [21, 19, 21, 29],
        data: {
          object: 'Deployment/web',
          topologyKey: 'kubernetes.io/hostname',
          wanted: 'app: kafka',
          key: 'app',
          has: 'web',
        },
      },
    ],
  },
  {
    name: 'pods of another namespace do not count',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: wbe
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wbe
  namespace: other
spec:
  replicas: 2
  selector:
    matchLabels:
      app: wbe
  template:
    metadata:
      labels:
        app: wbe
    spec:
      containers:
        - name: wbe
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'anti-affinity',
        severity: 'error',
        status: 'introduced',
        object: 'shop/Deployment/web',
        field:
          'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app',
        at: [22, 19, 22, 27],
        data: {
          object: 'Deployment/web',
          topologyKey: 'kubernetes.io/hostname',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
        },
      },
    ],
  },
  {
    name: 'the term was about itself in base',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: front
  template:
    metadata:
      labels:
        app: front
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'anti-affinity',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field:
          'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.app',
        at: [21, 19, 21, 27],
        data: {
          object: 'Deployment/web',
          topologyKey: 'kubernetes.io/hostname',
          wanted: 'app: web',
          key: 'app',
          has: 'front',
        },
      },
    ],
  },
  {
    name: 'the spread stood in base',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: wbe
      containers:
        - name: web
          image: nginx:1.27
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: wbe
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'spread',
        severity: 'error',
        status: 'existing',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels.app',
        at: [21, 15, 21, 23],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app: wbe',
          key: 'app',
          has: 'web',
          counts: null,
        },
      },
    ],
  },
  {
    name: 'the labels moved away from the spread',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: front
  template:
    metadata:
      labels:
        app: front
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
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
        messageId: 'spread',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels.app',
        at: [21, 15, 21, 23],
        data: {
          object: 'Deployment/web',
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          wanted: 'app: web',
          key: 'app',
          has: 'front',
          counts: null,
        },
      },
    ],
  },
];

const valid = [
  {
    name: 'selector of its own',
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
          topologyKey: topology.kubernetes.io/zone
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
    name: 'an empty labelSelector counts every pod',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector: {}
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'matchLabelKeys beside a selector of its own',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          matchLabelKeys:
            - pod-template-hash
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'a label that a controller sets',
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
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchExpressions:
              - key: pod-template-hash
                operator: Exists
              - key: app
                operator: In
                values: [api]
      containers:
        - name: web
          image: nginx:1.27
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              app: \${APP}
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'the labels are a placeholder',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
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
    name: 'a Job by its own name label',
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector:
            matchLabels:
              job-name: migrate
      containers:
        - name: main
          image: app:1
`,
  },
  {
    name: 'anti-affinity with itself',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: web
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'anti-affinity towards a workload in sight',
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
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: topology.kubernetes.io/zone
                labelSelector:
                  matchLabels:
                    app: api
                    part: shop
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
`,
  },
  {
    name: 'anti-affinity by a label that the pods do not have is about others',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  role: database
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'anti-affinity in other namespaces',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              namespaces:
                - data
              labelSelector:
                matchLabels:
                  app: wbe
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'anti-affinity with a namespace selector',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              namespaceSelector: {}
              labelSelector:
                matchLabels:
                  app: wbe
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'anti-affinity beside a custom resource whose operator may make pods',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: wbe
      containers:
        - name: web
          image: nginx:1.27
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: db
spec:
  instances: 3
`,
  },
  {
    name: 'anti-affinity with everything but itself',
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
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchExpressions:
                  - key: app
                    operator: NotIn
                    values: [web]
      containers:
        - name: web
          image: nginx:1.27
`,
  },
];

test.each(invalid)('$name', async ({ name: _, findings, ...input }) => {
  const found = await judgeYaml({ ...input, rules: [spreadSelectorMismatch] });
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
  expect(await judgeYaml({ ...input, rules: [spreadSelectorMismatch] })).toEqual([]);
});
