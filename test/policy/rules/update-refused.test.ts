import { expect, test } from 'vitest';
import { updateRefused } from '../../../src/policy/rules/kubernetes/update-refused.ts';
import { judgeYaml } from '../support.ts';

const invalid = [
  {
    name: 'the selector of a Deployment changes',
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
      tier: front
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'selector',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.selector.matchLabels.tier',
        at: [10, 7, 10, 18],
        data: {
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          fields: ['selector.matchLabels.tier'],
          words: 'Invalid value: field is immutable',
          before: null,
          after: 'tier: front',
        },
      },
    ],
  },
  {
    name: 'another sync option',
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
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    argocd.argoproj.io/sync-options: Prune=false
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
        - name: web
          image: nginx:1.27
`,
    findings: [
      {
        messageId: 'selector',
        severity: 'error',
        status: 'introduced',
        object: 'Deployment/web',
        field: 'spec.selector.matchLabels.app',
        at: [11, 7, 11, 15],
        data: {
          object: 'Deployment/web',
          kind: 'Deployment',
          engineVersion: '1.36',
          fields: ['selector.matchLabels.app'],
          words: 'Invalid value: field is immutable',
          before: 'app: web',
          after: 'app: api',
        },
      },
    ],
  },
  {
    name: 'claim template of a StatefulSet',
    base: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
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
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 20Gi
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
        messageId: 'stateful-set',
        severity: 'error',
        status: 'introduced',
        object: 'StatefulSet/web',
        field: 'spec.volumeClaimTemplates[0].spec.resources.requests.storage',
        at: [15, 13, 15, 26],
        data: {
          object: 'StatefulSet/web',
          kind: 'StatefulSet',
          engineVersion: '1.36',
          fields: ['volumeClaimTemplates[0].spec.resources.requests.storage'],
          words:
            "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        },
      },
    ],
  },
  {
    name: 'two fields of a StatefulSet are one finding',
    base: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
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
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web-headless
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 20Gi
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
        messageId: 'stateful-set',
        severity: 'error',
        status: 'introduced',
        object: 'StatefulSet/web',
        field: 'spec.volumeClaimTemplates[0].spec.resources.requests.storage',
        at: [15, 13, 15, 26],
        data: {
          object: 'StatefulSet/web',
          kind: 'StatefulSet',
          engineVersion: '1.36',
          fields: ['volumeClaimTemplates[0].spec.resources.requests.storage', 'serviceName'],
          words:
            "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        },
      },
    ],
  },
  {
    name: 'template of a plain Job',
    base: `apiVersion: batch/v1
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
          image: app:2
`,
    findings: [
      {
        messageId: 'run-to-end',
        severity: 'warning',
        status: 'introduced',
        object: 'Job/migrate',
        field: 'spec.template.spec.containers[0].image',
        at: [14, 11, 14, 23],
        data: {
          object: 'Job/migrate',
          kind: 'Job',
          engineVersion: '1.36',
          fields: ['template.spec.containers[0].image'],
          words: 'Invalid value: field is immutable',
        },
      },
    ],
  },
  {
    name: 'environment of a Pod',
    base: `apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
    - name: main
      image: tool:1
`,
    head: `apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
    - name: main
      image: tool:2
      env:
        - name: MODE
          value: fast
`,
    findings: [
      {
        messageId: 'pod',
        severity: 'warning',
        status: 'introduced',
        object: 'Pod/tool',
        field: 'spec.containers[0].env',
        at: [9, 7, 9, 10],
        data: {
          object: 'Pod/tool',
          kind: 'Pod',
          engineVersion: '1.36',
          fields: ['containers[0].env'],
          words: 'Forbidden: pod updates may not change fields other than …',
        },
      },
    ],
  },
  {
    name: 'environment of a Pod that runs to an end',
    base: `apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  restartPolicy: Never
  containers:
    - name: main
      image: tool:1
`,
    head: `apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  restartPolicy: Never
  containers:
    - name: main
      image: tool:1
      env:
        - name: MODE
          value: fast
`,
    findings: [
      {
        messageId: 'run-to-end',
        severity: 'warning',
        status: 'introduced',
        object: 'Pod/tool',
        field: 'spec.containers[0].env',
        at: [10, 7, 10, 10],
        data: {
          object: 'Pod/tool',
          kind: 'Pod',
          engineVersion: '1.36',
          fields: ['containers[0].env'],
          words: 'Forbidden: pod updates may not change fields other than …',
        },
      },
    ],
  },
  {
    name: 'a Service becomes headless',
    base: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`,
    head: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: None
  selector:
    app: web
  ports:
    - port: 80
`,
    findings: [
      {
        messageId: 'cluster-ip',
        severity: 'error',
        status: 'introduced',
        object: 'Service/web',
        field: 'spec.clusterIP',
        at: [6, 3, 6, 18],
        data: {
          object: 'Service/web',
          kind: 'Service',
          engineVersion: '1.36',
          fields: ['clusterIP'],
          words: 'Invalid value: may not change once set',
          before: 'not set',
          after: 'None',
        },
      },
    ],
  },
  {
    name: 'a claim shrinks',
    base: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: gp3
  resources:
    requests:
      storage: 20Gi
`,
    head: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: gp3
  resources:
    requests:
      storage: 10Gi
`,
    findings: [
      {
        messageId: 'claim-shrinks',
        severity: 'error',
        status: 'introduced',
        object: 'PersistentVolumeClaim/data',
        field: 'spec.resources.requests.storage',
        at: [10, 7, 10, 20],
        data: {
          object: 'PersistentVolumeClaim/data',
          kind: 'PersistentVolumeClaim',
          engineVersion: '1.36',
          fields: ['storage'],
          words: 'Forbidden: field can not be less than status.capacity',
          before: '20Gi',
          after: '10Gi',
        },
      },
    ],
  },
  {
    name: 'storage class of a claim',
    base: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: gp3
  resources:
    requests:
      storage: 10Gi
`,
    head: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: gp2
  resources:
    requests:
      storage: 10Gi
`,
    findings: [
      {
        messageId: 'quoted',
        severity: 'error',
        status: 'introduced',
        object: 'PersistentVolumeClaim/data',
        field: 'spec.storageClassName',
        at: [7, 3, 7, 24],
        data: {
          object: 'PersistentVolumeClaim/data',
          kind: 'PersistentVolumeClaim',
          engineVersion: '1.36',
          fields: ['storageClassName'],
          words:
            'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        },
      },
    ],
  },
  {
    name: 'the annotation that once named the storage class of a claim',
    base: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  annotations:
    volume.beta.kubernetes.io/storage-class: gp3
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
`,
    head: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  annotations:
    volume.beta.kubernetes.io/storage-class: gp2
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
`,
    findings: [
      {
        messageId: 'quoted',
        severity: 'error',
        status: 'introduced',
        object: 'PersistentVolumeClaim/data',
        field: 'metadata.annotations["volume.beta.kubernetes.io/storage-class"]',
        at: [6, 5, 6, 49],
        data: {
          object: 'PersistentVolumeClaim/data',
          kind: 'PersistentVolumeClaim',
          engineVersion: '1.36',
          fields: ['metadata.annotations["volume.beta.kubernetes.io/storage-class"]'],
          words: 'Invalid value: field is immutable',
        },
      },
    ],
  },
];

const valid = [
  {
    name: 'a label is added to the template alone',
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
        tier: front
    spec:
      containers:
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'the selector of an object that argo CD replaces',
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
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Replace=true
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
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'the selector of an object that Flux recreates',
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
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    kustomize.toolkit.fluxcd.io/force: enabled
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
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'the same as a label',
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
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    kustomize.toolkit.fluxcd.io/force: enabled
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
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'the annotations are a placeholder',
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
`,
    head: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: \${ANNOTATIONS}
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
        - name: web
          image: nginx:1.27
`,
  },
  {
    name: 'the selector is a placeholder in base',
    base: `apiVersion: apps/v1
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
`,
  },
  {
    name: 'a renamed Deployment is a new one',
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
`,
  },
  {
    name: 'replicas and template of a StatefulSet',
    base: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
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
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 5
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
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
          tty: false
`,
  },
  {
    name: 'the same StatefulSet in another order of keys',
    base: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
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
    head: `kind: StatefulSet
apiVersion: apps/v1
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
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
    name: 'template of a Helm hook',
    base: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-upgrade
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
    head: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-upgrade
spec:
  template:
    metadata:
      labels:
        app: migrate
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: app:2
`,
  },
  {
    name: 'template of an Argo CD hook',
    base: `apiVersion: batch/v1
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
    head: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    argocd.argoproj.io/hook: PreSync
spec:
  template:
    metadata:
      labels:
        app: migrate
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: app:2
`,
  },
  {
    name: 'template of a Job that goes away by itself',
    base: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  ttlSecondsAfterFinished: 600
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
    head: `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  ttlSecondsAfterFinished: 600
  template:
    metadata:
      labels:
        app: migrate
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: app:2
`,
  },
  {
    name: 'template of a Job with a generated name',
    base: `apiVersion: batch/v1
kind: Job
metadata:
  generateName: migrate-
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
    head: `apiVersion: batch/v1
kind: Job
metadata:
  generateName: migrate-
spec:
  template:
    metadata:
      labels:
        app: migrate
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: app:2
`,
  },
  {
    name: 'template of a CronJob',
    base: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: app:1
`,
    head: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: app:2
`,
  },
  {
    name: 'image of a Pod',
    base: `apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
    - name: main
      image: tool:1
`,
    head: `apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
    - name: main
      image: tool:2
`,
  },
  {
    name: 'a headless Service loses the line and keeps its address',
    base: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: None
  selector:
    app: web
  ports:
    - port: 80
`,
    head: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`,
  },
  {
    name: 'a claim grows',
    base: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: gp3
  resources:
    requests:
      storage: 10Gi
`,
    head: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: gp3
  resources:
    requests:
      storage: 20Gi
`,
  },
  {
    name: 'nothing that is fixed changes',
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
`,
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
`,
  },
  {
    name: 'a configured version newer than the engine',
    kubernetesVersion: '1.99',
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
      tier: front
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
        - name: web
          image: nginx:1.27
`,
  },
];

test.each(invalid)('$name', async ({ name: _, findings, ...input }) => {
  const found = await judgeYaml({ ...input, rules: [updateRefused] });
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
  expect(await judgeYaml({ ...input, rules: [updateRefused] })).toEqual([]);
});

test.each([
  ['{app: web}', '{app: web, tier: front}', 'gains `tier: front`'],
  ['{app: web, tier: front}', '{app: web}', 'loses `tier: front`'],
  ['{app: web}', '{app: api}', 'changes from `app: web` to `app: api`'],
])('the selector %s, then %s, %s', async (before, after, words) => {
  const selecting = (labels: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: ${labels}}
  template:
    metadata: {labels: {app: ${labels.includes('api') ? 'api' : 'web'}, tier: front}}
    spec: {containers: [{name: web, image: 'web:1'}]}
`;
  const found = await judgeYaml({
    base: selecting(before),
    head: selecting(after),
    rules: [updateRefused],
  });
  expect(found.map(({ title }) => title)).toEqual([
    `The selector of \`Deployment/web\` ${words}, and it cannot change`,
  ]);
});
