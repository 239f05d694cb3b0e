import { expect, test } from 'vitest';
import { deployment, environmentWith, platformIn, service, shown } from './support.ts';

const alb = 'alb.ingress.kubernetes.io';
const nlb = 'service.beta.kubernetes.io/aws-load-balancer';

const object = (apiVersion: string, kind: string, metadata: object, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion, kind, metadata: { name: 'web', ...metadata }, spec })}\n`;

const backend = { service: { name: 'web', port: { number: 80 } } };
const ingress = (annotations: object, spec: object = {}): string =>
  object('networking.k8s.io/v1', 'Ingress', { annotations }, { defaultBackend: backend, ...spec });
const ingressClass = (name: string, controller: string): string =>
  object('networking.k8s.io/v1', 'IngressClass', { name }, { controller });
const route = (kind: string, spec: object): string =>
  object(
    'gateway.networking.k8s.io/v1',
    kind,
    {},
    { rules: [{ backendRefs: [{ name: 'web', port: 80 }] }], ...spec },
  );

const pods = deployment();
const web = pods + service();
const through = 'Ingress` `web` leads to Service `web` through an ALB';

test.each([
  ['the class of the AWS controller', web + ingress({}, { ingressClassName: 'alb' }), false],
  ['the class as an annotation', web + ingress({ 'kubernetes.io/ingress.class': 'alb' }), false],
  ['no class, but the annotations', web + ingress({ [`${alb}/scheme`]: 'internal' }), false],
  [
    'a class named after it, and the annotations',
    web + ingress({ [`${alb}/scheme`]: 'internal' }, { ingressClassName: 'alb-internal' }),
    false,
  ],
  [
    'a class of the AWS controller',
    web + ingress({}, { ingressClassName: 'public' }) + ingressClass('public', 'ingress.k8s.aws/alb'),
    false,
  ],
  [
    'a class of Auto Mode',
    web + ingress({}, { ingressClassName: 'public' }) + ingressClass('public', 'eks.amazonaws.com/alb'),
    false,
  ],
  [
    'instance targets',
    web + ingress({ [`${alb}/target-type`]: 'instance' }, { ingressClassName: 'alb' }),
    false,
  ],
  ['ip targets', web + ingress({ [`${alb}/target-type`]: 'ip' }, { ingressClassName: 'alb' }), true],
  [
    'ip targets by the Service, which wins',
    pods +
      service({}, { [`${alb}/target-type`]: 'ip' }) +
      ingress({ [`${alb}/target-type`]: 'instance' }, { ingressClassName: 'alb' }),
    true,
  ],
  [
    'instance targets by the Service, which wins',
    pods +
      service({}, { [`${alb}/target-type`]: 'instance' }) +
      ingress({ [`${alb}/target-type`]: 'ip' }, { ingressClassName: 'alb' }),
    false,
  ],
  [
    'a path of a rule',
    web +
      ingress(
        {},
        {
          ingressClassName: 'alb',
          defaultBackend: undefined,
          rules: [{ http: { paths: [{ path: '/', backend }] } }],
        },
      ),
    false,
  ],
])('alb: %s', (_, text, ip) => {
  const { traits, because, ipTargets } = platformIn(text);
  expect([...traits]).toEqual(['alb']);
  expect(ipTargets).toBe(ip);
  expect(because.get('alb')?.map((each) => each.text)).toEqual([
    `\`${through}${ip ? ' with ip targets' : ''}`,
  ]);
});

test.each([
  ['another class', web + ingress({ [`${alb}/target-type`]: 'ip' }, { ingressClassName: 'nginx' })],
  [
    'a class that a later tool gives',
    web + ingress({ [`${alb}/target-type`]: 'ip' }, { ingressClassName: `\${CLASS}` }),
  ],
  [
    'an annotated class that a later tool gives',
    web + ingress({ [`${alb}/target-type`]: 'ip', 'kubernetes.io/ingress.class': `\${CLASS}` }),
  ],
  ['neither class nor annotations', web + ingress({})],
  [
    'a class of that name with another controller',
    web + ingress({}, { ingressClassName: 'alb' }) + ingressClass('alb', 'example.com/other'),
  ],
  [
    'another Service',
    deployment() + service({ selector: { app: 'other' } }) + ingress({}, { ingressClassName: 'alb' }),
  ],
  [
    'an Ingress of another namespace',
    web +
      object(
        'networking.k8s.io/v1',
        'Ingress',
        { namespace: 'shop' },
        { ingressClassName: 'alb', defaultBackend: backend },
      ),
  ],
  [
    'a balancer of another controller',
    pods +
      service({ type: 'LoadBalancer', loadBalancerClass: 'example.com/lb' }, { [`${nlb}-type`]: 'nlb-ip' }),
  ],
  ['a balancer that nothing describes', pods + service({ type: 'LoadBalancer' })],
  [
    'a balancer handed to a controller that is not named',
    pods + service({ type: 'LoadBalancer' }, { [`${nlb}-type`]: 'external' }),
  ],
  [
    'a class of balancer that a later tool gives',
    pods + service({ type: 'LoadBalancer', loadBalancerClass: `\${CLASS}` }, { [`${nlb}-type`]: 'nlb-ip' }),
  ],
  ['an annotation on a Service without a balancer', pods + service({}, { [`${nlb}-type`]: 'nlb-ip' })],
  [
    'a route within the mesh',
    web + route('HTTPRoute', { parentRefs: [{ kind: 'Service', group: '', name: 'web' }] }),
  ],
  ['a route to another Service', web + route('HTTPRoute', { rules: [{ backendRefs: [{ name: 'other' }] }] })],
])('no balancer: %s', (_, text) => {
  const { traits, ipTargets } = platformIn(text);
  expect([...traits]).toEqual([]);
  expect(ipTargets).toBe(false);
});

test.each([
  ['the class of the AWS controller', { loadBalancerClass: 'service.k8s.aws/nlb' }, {}, false],
  [
    'the class of Auto Mode, ip targets',
    { loadBalancerClass: 'eks.amazonaws.com/nlb' },
    { [`${nlb}-nlb-target-type`]: 'ip' },
    true,
  ],
  [
    'external with a target type',
    {},
    { [`${nlb}-type`]: 'external', [`${nlb}-nlb-target-type`]: 'ip' },
    true,
  ],
  [
    'external with instance targets',
    {},
    { [`${nlb}-type`]: 'external', [`${nlb}-nlb-target-type`]: 'instance' },
    false,
  ],
  ['nlb-ip', {}, { [`${nlb}-type`]: 'nlb-ip' }, true],
  ['the NLB of the cloud provider itself', {}, { [`${nlb}-type`]: 'nlb' }, false],
])('nlb: %s', (_, spec, annotations, ip) => {
  const platform = platformIn(pods + service({ type: 'LoadBalancer', ...spec }, annotations));
  expect([...platform.traits]).toEqual(['nlb']);
  expect(platform.ipTargets).toBe(ip);
  expect(shown(platform.because.get('nlb') ?? [])).toEqual([
    `Service \`web\` is an NLB${ip ? ' with ip targets' : ''} @ spec.type`,
  ]);
});

test.each(['HTTPRoute', 'GRPCRoute'])('gateway-api: a %s', (kind) => {
  const { traits, because, ipTargets } = platformIn(web + route(kind, { parentRefs: [{ name: 'public' }] }));
  expect([...traits]).toEqual(['gateway-api']);
  expect(ipTargets).toBe(false);
  expect(shown(because.get('gateway-api') ?? [])).toEqual([
    `\`${kind}\` \`web\` leads to Service \`web\` @ spec.rules[0].backendRefs[0]`,
  ]);
});

test('gateway-api: a route whose parents are not written', () => {
  expect([...platformIn(web + route('HTTPRoute', {})).traits]).toEqual(['gateway-api']);
});

test('target groups of pod addresses, whatever balancer is theirs', () => {
  const binding = (targetType: string): string =>
    object(
      'elbv2.k8s.aws/v1beta1',
      'TargetGroupBinding',
      {},
      { serviceRef: { name: 'web', port: 80 }, targetType },
    );
  expect(platformIn(web + binding('ip'))).toMatchObject({ traits: new Set(), ipTargets: true });
  expect(platformIn(web + binding('instance'))).toMatchObject({ traits: new Set(), ipTargets: false });
  const configuration = (targetType: string): string =>
    object(
      'gateway.k8s.aws/v1',
      'TargetGroupConfiguration',
      {},
      { targetReference: { name: 'web' }, defaultConfiguration: { targetType } },
    );
  expect(platformIn(web + configuration('ip')).ipTargets).toBe(true);
  expect(platformIn(web + configuration('instance')).ipTargets).toBe(false);
});

test('Fargate has no node ports: its balancers send to pod addresses', () => {
  const fargate = deployment({ spec: { schedulerName: 'fargate-scheduler' } });
  expect(platformIn(fargate + service() + ingress({}, { ingressClassName: 'alb' })).ipTargets).toBe(true);
  expect(platformIn(fargate + service()).ipTargets).toBe(false);
});

test('a balancer that the configuration states sends to pod addresses', () => {
  const stated = (trait: 'alb' | 'gateway-api') =>
    environmentWith({ platforms: [{ match: {}, platform: null, traits: [trait] }] });
  expect(platformIn(pods, stated('alb')).ipTargets).toBe(true);
  expect(platformIn(pods, stated('gateway-api')).ipTargets).toBe(false);
});
