import { describe, expect, test } from 'vitest';
import { deregistrationOutlivesPod } from '../../../src/policy/rules/shutdown/deregistration-outlives-pod.ts';
import { judgeYaml } from '../support.ts';

const rules = [deregistrationOutlivesPod];

const deployment = (pod = '', hook = '', spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
${spec}  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
${pod}      containers:
        - name: web
          image: web:1.2.3
${hook}`;

const service = (annotations = '{}', spec = ''): string => `---
apiVersion: v1
kind: Service
metadata: { name: web, annotations: ${annotations} }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]${spec} }
`;

const alb = 'alb.ingress.kubernetes.io';
const nlb = 'service.beta.kubernetes.io/aws-load-balancer';
const delay = (seconds: number | string): string => `deregistration_delay.timeout_seconds=${seconds}`;

const ingress = (attributes: string | null, targetType = 'ip', name = 'web'): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations:
    ${alb}/target-type: ${targetType}
${attributes === null ? '' : `    ${alb}/target-group-attributes: ${attributes}\n`}spec:
  ingressClassName: alb
  defaultBackend: { service: { name: web, port: { number: 80 } } }
`;

const grace = (seconds: number | string): string => `      terminationGracePeriodSeconds: ${seconds}\n`;
const sleep = (seconds: number): string =>
  `          lifecycle: { preStop: { sleep: { seconds: ${seconds} } } }\n`;
const exec = '          lifecycle: { preStop: { exec: { command: [/app/drain] } } }\n';

describe('valid', () => {
  test.each<[string, string]>([
    ['as long as the pod lives', deployment(grace(120)) + service() + ingress(delay(120))],
    ['as long as the grace period that nobody set', deployment() + service() + ingress(delay(30))],
    [
      'instance targets: a pod that stops changes no target',
      deployment() + service() + ingress(delay(120), 'instance'),
    ],
    ['a target type that nobody knows', deployment() + service() + ingress(delay(120), `'\${TYPE}'`)],
    ['a delay that a later tool fills in', deployment() + service() + ingress(`'${delay(`\${DELAY}`)}'`)],
    [
      'a grace period that a later tool fills in',
      deployment(grace(`'\${GRACE}'`)) + service() + ingress(delay(120)),
    ],
    [
      'a grace period of 0 runs no hook and is told elsewhere',
      deployment(grace(0)) + service() + ingress(delay(120)),
    ],
    ['the delay of ELB itself, which the profile keeps back', deployment() + service() + ingress(null)],
    ['no load balancer', deployment() + service()],
    ['no replicas', deployment('', '', '  replicas: 0\n') + service() + ingress(delay(120))],
    [
      'a hook of unknown length may take everything, and the kubelet adds 2 s',
      deployment(grace(60), exec) + service() + ingress(delay(62)),
    ],
    [
      'a hook that takes everything, and the kubelet adds 2 s',
      deployment(grace(60), sleep(60)) + service() + ingress(delay(62)),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const finding = {
  ruleId: 'deregistration-outlives-pod',
  messageId: 'outlives',
  class: 'hazard',
  severity: 'warning',
  status: 'introduced',
  object: 'Deployment/web',
  field: 'spec.template.spec.terminationGracePeriodSeconds',
};

describe('invalid', () => {
  test('an ALB that would wait longer than the pod lives', async () => {
    const head = deployment(grace(45), sleep(15)) + service() + ingress(delay(120));
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        ...finding,
        line: 12,
        column: 7,
        endLine: 12,
        endColumn: 40,
        title:
          'The ALB lets requests to a stopping pod of `Deployment/web` run for 120 s, and the pod is killed after 45 s',
        message:
          '`Ingress/web` sets `deregistration_delay.timeout_seconds=120`; `terminationGracePeriodSeconds` is 45 s, of which ' +
          'preStop takes 15 s: SIGKILL comes at 45 s at the latest, 75 s before the ALB gives up the requests in flight.',
        why:
          'No new requests come by then. Those that were sent before and still run at 45 s are cut, and their clients get a ' +
          '5xx response from the ALB. Shorter requests are not touched by this.',
        fix:
          'Where requests run that long, set `terminationGracePeriodSeconds` to at least 120 (preStop is part of it); where ' +
          'they do not, write `deregistration_delay.timeout_seconds=45` or less, so that it says what happens.',
        data: {
          workload: 'Deployment/web',
          balancer: 'ALB',
          route: 'Ingress/web',
          delaySeconds: 120,
          graceSeconds: 45,
          graceWritten: true,
          preStopSeconds: 15,
          lifeSeconds: 45,
          cutSeconds: 75,
        },
        evidence: [
          { text: 'deregistration delay: 120 s', path: 'deploy/web.yaml', line: 29 },
          { text: '`Ingress/web` sends traffic to pod addresses', path: 'deploy/web.yaml', line: 28 },
          { text: 'terminationGracePeriodSeconds: 45', path: 'deploy/web.yaml', line: 12 },
        ],
        picture: {
          title: 'A pod stops behind the ALB',
          origin: 'the pod is told to stop',
          sections: [
            {
              name: 'kubelet',
              bars: [
                { label: 'preStop', fromSeconds: 0, toSeconds: 15, kind: 'wait' },
                { label: 'the application stops', fromSeconds: 15, toSeconds: 45, kind: 'work' },
                { label: 'SIGKILL', fromSeconds: 45, toSeconds: 45, kind: 'mark' },
              ],
            },
            {
              name: 'load balancer',
              bars: [
                { label: 'requests in flight may go on', fromSeconds: 0, toSeconds: 45, kind: 'wait' },
                { label: 'requests in flight are cut', fromSeconds: 45, toSeconds: 120, kind: 'harm' },
              ],
            },
          ],
        },
      },
    ]);
  });

  test.each<[string, string, object]>([
    [
      'a second longer than the grace period that nobody set',
      deployment() + service() + ingress(delay(31)),
      {
        line: 11,
        column: 5,
        data: { graceSeconds: 30, graceWritten: false, lifeSeconds: 30, cutSeconds: 1 },
        message:
          '`Ingress/web` sets `deregistration_delay.timeout_seconds=31`; `terminationGracePeriodSeconds` is 30 s (default): ' +
          'SIGKILL comes at 30 s at the latest, 1 s before the ALB gives up the requests in flight.',
        fix:
          'Where requests run that long, set `terminationGracePeriodSeconds` to at least 31; where they do not, write ' +
          '`deregistration_delay.timeout_seconds=30` or less, so that it says what happens.',
      },
    ],
    [
      'a hook of unknown length',
      deployment(grace(60), exec) + service() + ingress(delay(63)),
      { data: { lifeSeconds: 62, preStopSeconds: 0 } },
    ],
    [
      'the Service states it',
      deployment() + service(`{ ${alb}/target-group-attributes: ${delay(60)} }`) + ingress(delay(20)),
      { data: { route: 'Service/web', delaySeconds: 60 } },
    ],
    [
      'the longest of two',
      deployment() + service() + ingress(delay(40)) + ingress(delay(90), 'ip', 'other'),
      { data: { route: 'Ingress/other', delaySeconds: 90 } },
    ],
    [
      'a written one speaks before the default',
      deployment() + service() + ingress(null) + ingress(delay(90), 'ip', 'other'),
      { messageId: 'outlives', data: { delaySeconds: 90 } },
    ],
    [
      'an NLB',
      deployment() +
        service(
          `{ ${nlb}-type: nlb-ip, ${nlb}-target-group-attributes: ${delay(120)} }`,
          ', type: LoadBalancer',
        ),
      {
        data: { balancer: 'NLB', route: 'Service/web' },
        why:
          'An NLB opens no new connections to the pod, but goes on sending what comes over the open ones. Connections that ' +
          'are still open at 30 s break, and their clients may wait for an answer until their own timeout.',
      },
    ],
  ])('%s', async (_, head, expected) =>
    expect(await judgeYaml({ head, rules })).toMatchObject([{ ...finding, ...expected }]),
  );

  test('the delay of ELB itself is advice', async () => {
    const head = deployment() + service() + ingress(null);
    expect(await judgeYaml({ head, rules, profile: 'eks-production' })).toMatchObject([
      {
        ...finding,
        messageId: 'outlivesByDefault',
        class: 'advice',
        severity: 'info',
        title:
          'The ALB lets requests to a stopping pod of `Deployment/web` run for 300 s, and the pod is killed after 30 s',
        message:
          'The target group of `Ingress/web` has the deregistration delay of ELB, 300 s (default); ' +
          '`terminationGracePeriodSeconds` is 30 s (default): SIGKILL comes at 30 s at the latest, 270 s before the ALB ' +
          'gives up the requests in flight.',
        data: { delaySeconds: 300, cutSeconds: 270 },
      },
    ]);
    const long = deployment(grace(300)) + service() + ingress(null);
    expect(await judgeYaml({ head: long, rules, profile: 'eks-production' })).toEqual([]);
  });

  test('gets worse with a longer delay, not with another grace period', async () => {
    const base = deployment() + service() + ingress(delay(60));
    const status = async (head: string) =>
      (await judgeYaml({ base, head, rules })).map((each) => each.status);
    expect(await status(base)).toEqual(['existing']);
    expect(await status(base.replace(delay(60), delay(90)))).toEqual(['worsened']);
    expect(await status(deployment(grace(60)) + service() + ingress(delay(60)))).toEqual(['fixed']);
  });
});
