// Times the judgement of many workloads, base and head, after rendering: `npm run bench`.
import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects, engineKubernetesVersion } from '../../src/engines/kubernetes.ts';
import { prepareUnits } from '../../src/judging.ts';
import { defaultEnvironment } from '../../src/platform/environment.ts';
import { compareUnit } from '../../src/policy/compare.ts';
import { defaultOptions, onceOnlyRules } from '../../src/policy/judge.ts';
import { rules } from '../../src/policy/rules/index.ts';
import { parseRawFile, rawUnit } from '../../src/render/raw/raw.ts';
import { createChecker } from '../../src/resources/check.ts';
import { cardsOf } from '../../src/review/cards.ts';
import { findingOf } from '../../src/review/findings.ts';
import { defaultLimits } from '../../src/text/limits.ts';

/** A Deployment with a Service, a budget and an autoscaler; head changes every one of them. */
const application = (index, side) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app-${index}, namespace: shop}
spec:
  selector: {matchLabels: {app: app-${index}}}
  template:
    metadata: {labels: {app: app-${index}, tier: web}}
    spec:
      terminationGracePeriodSeconds: ${side === 'base' ? 40 : 60}
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: app-${index}}}}
      containers:
        - name: app
          image: acme/app-${index}:1.${index}
          ports: [{name: http, containerPort: 8080}]
          env: [{name: JAVA_TOOL_OPTIONS, value: -Xmx256m}]
          resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 512Mi}}
          startupProbe: {httpGet: {path: /healthz, port: http}, failureThreshold: 30}
          livenessProbe: {httpGet: {path: /healthz, port: http}}
          readinessProbe: {httpGet: {path: /ready, port: ${side === 'base' ? 'http' : index % 10 === 0 ? 'htp' : 'http'}}}
          lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep ${side === 'base' ? 10 : 15}']}}}
---
apiVersion: v1
kind: Service
metadata: {name: app-${index}, namespace: shop}
spec: {selector: {app: app-${index}}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: app-${index}, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: app-${index}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: app-${index}, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app-${index}}
  minReplicas: 3
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
`;

const judging = {
  profile: 'recommended',
  cluster: { kubernetesVersion: engineKubernetesVersion, engineVersion: engineKubernetesVersion },
  environment: defaultEnvironment,
  ruleIds: rules.map(({ id }) => id),
  onceOnly: onceOnlyRules(rules),
  today: '2026-01-01',
  trusted: true,
  optionsOf: defaultOptions,
};

/**
 * Prints how long it takes to judge units of growing size, and how much longer the double takes. Asking Kubernetes about
 * every object (about a millisecond each) is not in it.
 */
export async function benchJudging(row) {
  const kubernetes = openEngine('kubernetes', { instances: 1 });
  try {
    let last = null;
    for (const workloads of [250, 500, 1000]) {
      const { milliseconds, telling, findings } = await judged(workloads, kubernetes);
      const growth = last === null ? '' : `${(milliseconds / last).toFixed(2)} × the time of half as many, `;
      row(
        `judging ${workloads} workloads`,
        milliseconds,
        `${growth}${findings} findings, ${telling.toFixed(0)} ms to tell them`,
      );
      last = milliseconds;
    }
  } finally {
    await kubernetes.close();
  }
}

async function judged(workloads, kubernetes) {
  const times = [];
  const tellings = [];
  let findings = 0;
  for (let run = 0; run < 3; run += 1) {
    // Anew each time: what is remembered belongs to the objects of one run.
    const checker = createChecker(
      (questions) => checkObjects(kubernetes, questions),
      engineKubernetesVersion,
    );
    const pair = { id: 'raw:deploy', base: unitOf(workloads, 'base'), head: unitOf(workloads, 'head') };
    const [unit] = await prepareUnits([pair], checker);
    const started = performance.now();
    const { findings: found } = compareUnit(rules, unit.comparison, judging);
    const judged = performance.now();
    const told = found.map((each) => findingOf(pair.id, each, new Map()));
    cardsOf(unit.comparison, defaultEnvironment, false);
    times.push(judged - started);
    tellings.push(performance.now() - judged);
    findings = told.length;
  }
  const [milliseconds, telling] = [times, tellings].map((all) => all.sort((a, b) => a - b)[1]);
  return { milliseconds, telling, findings };
}

function unitOf(workloads, side) {
  const files = Array.from({ length: workloads }, (_, index) => {
    const bytes = new TextEncoder().encode(application(index, side));
    return parseRawFile(`deploy/app-${index}.yaml`, { kind: 'bytes', bytes }, defaultLimits);
  });
  return rawUnit('deploy', 'raw:deploy', files, side, new Set());
}
