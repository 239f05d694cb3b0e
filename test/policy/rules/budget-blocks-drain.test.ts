import { expect, test } from 'vitest';
import { scaleIntOrPercent } from '../../../src/kubernetes/int-or-percent.ts';
import { budgetBlocksDrain } from '../../../src/policy/rules/disruption/budget-blocks-drain.ts';
import { judgeYaml } from '../support.ts';

const invalid = [
  {
    name: 'minAvailable equals replicas',
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
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '2',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 2,
          podsNeeded: 3,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'minAvailable above replicas',
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
  minAvailable: 5
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '5',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 5,
          podsNeeded: 6,
          podsMissing: 4,
        },
      },
    ],
  },
  {
    name: 'one replica and minAvailable 1 (kube-score#376)',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
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
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '1',
          workloads: ['Deployment/web'],
          pods: 1,
          requiredPods: 1,
          podsNeeded: 2,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: '50 % of 1 pod rounds up to 1',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
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
  minAvailable: 50%
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 20],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '50%',
          workloads: ['Deployment/web'],
          pods: 1,
          requiredPods: 1,
          podsNeeded: 2,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: '90 % of 5 pods rounds up to 5',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
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
  minAvailable: 90%
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 20],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '90%',
          workloads: ['Deployment/web'],
          pods: 5,
          requiredPods: 5,
          podsNeeded: 10,
          podsMissing: 5,
        },
      },
    ],
  },
  {
    name: 'maxUnavailable 0 blocks at any count',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
  maxUnavailable: 0
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'always',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.maxUnavailable',
        at: [24, 3, 24, 20],
        data: { budget: 'web', field: 'maxUnavailable', value: '0', workloads: ['Deployment/web'] },
      },
    ],
  },
  {
    name: 'maxUnavailable 0 %',
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
  name: web
spec:
  maxUnavailable: 0%
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'always',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.maxUnavailable',
        at: [24, 3, 24, 21],
        data: { budget: 'web', field: 'maxUnavailable', value: '0%', workloads: ['Deployment/web'] },
      },
    ],
  },
  {
    name: 'minAvailable 100 % blocks at any count',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
  minAvailable: 100%
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'always',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 21],
        data: { budget: 'web', field: 'minAvailable', value: '100%', workloads: ['Deployment/web'] },
      },
    ],
  },
  {
    name: 'neither limit',
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
  name: web
spec:
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'no-limit',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec',
        at: [23, 1, 23, 5],
        data: { budget: 'web', field: 'maxUnavailable', value: '', workloads: ['Deployment/web'] },
      },
    ],
  },
  {
    name: 'autoscaler floor wins over replicas (kube-linter#637)',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 2
  maxReplicas: 5
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'floor',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [36, 3, 36, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '2',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 2,
          podsNeeded: 3,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'autoscaler floor that is not set is 1 (formbricks#7339)',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 5
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
        messageId: 'floor',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [35, 3, 35, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '1',
          workloads: ['Deployment/web'],
          pods: 1,
          requiredPods: 1,
          podsNeeded: 2,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'KEDA minimum of 0 counts as 1 and warns',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: web
spec:
  scaleTargetRef:
    name: web
  triggers:
    - type: cron
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
        messageId: 'scaled-to-zero',
        severity: 'warning',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [34, 3, 34, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '1',
          workloads: ['Deployment/web'],
          pods: 1,
          requiredPods: 1,
          podsNeeded: 2,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'KEDA minimum of 2',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: web
spec:
  scaleTargetRef:
    name: web
  minReplicaCount: 2
  triggers:
    - type: cron
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'floor',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [35, 3, 35, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '2',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 2,
          podsNeeded: 3,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'two workloads under one budget',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 1
  selector:
    matchLabels:
      part: shop
  template:
    metadata:
      labels:
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
      part: shop
  template:
    metadata:
      labels:
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
  minAvailable: 3
  selector:
    matchLabels:
      part: shop
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [42, 3, 42, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '3',
          workloads: ['Deployment/api', 'Deployment/web'],
          pods: 3,
          requiredPods: 3,
          podsNeeded: 4,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'a StatefulSet counts',
    head: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  replicas: 3
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
  minAvailable: 3
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [25, 3, 25, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '3',
          workloads: ['StatefulSet/web'],
          pods: 3,
          requiredPods: 3,
          podsNeeded: 4,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'replicas lowered to the budget',
    base: `apiVersion: apps/v1
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
  name: web
spec:
  minAvailable: 2
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
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '2',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 2,
          podsNeeded: 3,
          podsMissing: 1,
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
  name: web
spec:
  minAvailable: 2
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
          image: nginx:1.28
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'existing',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '2',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 2,
          podsNeeded: 3,
          podsMissing: 1,
        },
      },
    ],
  },
  {
    name: 'worsened: one pod more is missing',
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
  minAvailable: 2
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
  minAvailable: 3
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'worsened',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '3',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 3,
          podsNeeded: 4,
          podsMissing: 2,
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
  minAvailable: 2
  selector:
    matchLabels:
      app: web
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
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
    findings: [
      {
        messageId: 'replicas',
        severity: 'error',
        status: 'fixed',
        object: 'PodDisruptionBudget/web',
        field: 'spec.minAvailable',
        at: [24, 3, 24, 18],
        data: {
          budget: 'web',
          field: 'minAvailable',
          value: '2',
          workloads: ['Deployment/web'],
          pods: 2,
          requiredPods: 2,
          podsNeeded: 3,
          podsMissing: 1,
        },
      },
    ],
  },
];

const valid = [
  {
    name: 'minAvailable one below replicas',
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
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'one replica and maxUnavailable 1',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
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
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: '50 % of 2 pods',
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
  minAvailable: 50%
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: '90 % of 10 pods',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 10
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
  minAvailable: 90%
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'maxUnavailable 1 % of 3 pods rounds up to 1',
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
  name: web
spec:
  maxUnavailable: 1%
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'replicas unset and no autoscaler in sight: unknown',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
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
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: \${MIN}
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'replicas 0',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 0
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
  },
  {
    name: 'replicas 0 and maxUnavailable 0',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 0
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
  maxUnavailable: 0
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'autoscaler floor is high enough',
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 3
  maxReplicas: 5
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'autoscaler floor is a placeholder',
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: \${MIN}
  maxReplicas: 5
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'autoscaler of an unknown target',
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: \${NAME}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: \${NAME}
  minReplicas: 2
  maxReplicas: 5
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'autoscaler leaves replicas 0 alone',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 0
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 2
  maxReplicas: 5
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'KEDA minimum of 3',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: 3
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
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: web
spec:
  scaleTargetRef:
    name: web
  minReplicaCount: 3
  triggers:
    - type: cron
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'two workloads make one pod more than the budget keeps',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 1
  selector:
    matchLabels:
      part: shop
  template:
    metadata:
      labels:
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
      part: shop
  template:
    metadata:
      labels:
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
  minAvailable: 2
  selector:
    matchLabels:
      part: shop
`,
  },
  {
    name: 'one of two workloads has an unknown count',
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  paused: false
  selector:
    matchLabels:
      part: shop
  template:
    metadata:
      labels:
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
      part: shop
  template:
    metadata:
      labels:
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
  minAvailable: 3
  selector:
    matchLabels:
      part: shop
`,
  },
  {
    name: 'a DaemonSet is not drained',
    head: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: web
spec:
  minReadySeconds: 0
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
  maxUnavailable: 0
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'a Job has no scale',
    head: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: web
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
    name: 'the selector matches nothing',
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
  minAvailable: 2
  selector:
    matchLabels:
      app: api
`,
  },
  {
    name: 'labels that nobody knows may add pods',
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
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
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
        - name: api
          image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'both limits are refused elsewhere',
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
  minAvailable: 2
  maxUnavailable: 0
  selector:
    matchLabels:
      app: web
`,
  },
  {
    name: 'an explicit namespace against none is unknown',
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
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
  },
];

test.each(invalid)('$name', async ({ name: _, findings, ...input }) => {
  const found = await judgeYaml({ ...input, rules: [budgetBlocksDrain] });
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
  expect(await judgeYaml({ ...input, rules: [budgetBlocksDrain] })).toEqual([]);
});

/** The same question, restated with whole numbers: is there a pod that may go? */
function mayEvict(field: string, percent: number, pods: number): boolean {
  const share = Math.trunc((percent * pods + 99) / 100);
  return field === 'maxUnavailable' ? share > 0 : share < pods;
}

test('a percentage blocks at 1 to 20 replicas exactly when no pod is left over after rounding up', async () => {
  const percents = [0, 1, 10, 25, 33, 34, 50, 51, 66, 67, 75, 90, 95, 99, 100];
  const workloads = Array.from({ length: 21 }, (_, replicas) => workload(replicas)).join('---\n');
  const budgets = Array.from({ length: 21 }, (_, replicas) =>
    ['minAvailable', 'maxUnavailable'].flatMap((field) =>
      percents.map((percent) => budget(field, percent, replicas)),
    ),
  );
  const found = await judgeYaml({
    head: `${workloads}---\n${budgets.flat().join('---\n')}`,
    rules: [budgetBlocksDrain],
  });
  const blocked = new Set(found.map(({ object }) => object));
  for (let replicas = 0; replicas <= 20; replicas++) {
    for (const field of ['minAvailable', 'maxUnavailable']) {
      for (const percent of percents) {
        const object = `PodDisruptionBudget/${nameOf(field, percent, replicas)}`;
        const expected = replicas > 0 && !mayEvict(field, percent, replicas);
        expect([object, blocked.has(object)]).toEqual([object, expected]);
      }
    }
  }
  expect(scaleIntOrPercent('34%', 3, 'up')).toBe(2);
});

function nameOf(field: string, percent: number, replicas: number): string {
  return `${field.toLowerCase()}-${percent}-${replicas}`;
}

function workload(replicas: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web-${replicas}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web-${replicas}}}
  template:
    metadata: {labels: {app: web-${replicas}}}
    spec: {containers: [{name: web, image: 'nginx:1.27'}]}
`;
}

function budget(field: string, percent: number, replicas: number): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${nameOf(field, percent, replicas)}}
spec:
  ${field}: ${percent}%
  selector: {matchLabels: {app: web-${replicas}}}
`;
}
