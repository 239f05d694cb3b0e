import { describe, expect, test } from 'vitest';
import { healthCheckKindUnknown } from '../../../src/policy/rules/load-balancer/health-check-kind-unknown.ts';
import { judgeYaml } from '../support.ts';

const rules = [healthCheckKindUnknown];

const policy = (apiVersion: string): string => `apiVersion: ${apiVersion}
kind: HealthCheckPolicy
metadata:
  name: web
spec:
  targetRef: { group: '', kind: Service, name: web }
`;

const route = (apiVersion: string, kind = 'GRPCRoute'): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: calls
spec:
  rules:
    - backendRefs:
        - { name: web, port: 80 }
`;

const definition = (served: boolean): string => `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: grpcroutes.gateway.networking.k8s.io
spec:
  versions:
    - { name: v1, served: true }
    - { name: v1alpha2, served: ${served} }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['the policy of GKE', policy('networking.gke.io/v1')],
    [
      'what AWS has instead',
      policy('gateway.k8s.aws/v1').replace('HealthCheckPolicy', 'TargetGroupConfiguration'),
    ],
    [
      'a kind that the group has',
      policy('elbv2.k8s.aws/v1beta1').replace('HealthCheckPolicy', 'TargetGroupBinding'),
    ],
    ['a GRPCRoute of v1', route('gateway.networking.k8s.io/v1')],
    ['another route of v1alpha2', route('gateway.networking.k8s.io/v1alpha2', 'TCPRoute')],
    [
      'a GRPCRoute whose own definition comes with it',
      route('gateway.networking.k8s.io/v1alpha2') + definition(true),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

describe('invalid', () => {
  test.each(['elbv2.k8s.aws/v1', 'elbv2.k8s.aws/v1beta1'])(
    'a HealthCheckPolicy of %s',
    async (apiVersion) => {
      expect(await judgeYaml({ head: policy(apiVersion), rules })).toMatchObject([
        {
          messageId: 'noSuchKind',
          class: 'contradiction',
          severity: 'error',
          status: 'introduced',
          object: 'HealthCheckPolicy/web',
          field: 'apiVersion',
          line: 1,
          column: 1,
          endLine: 1,
          endColumn: 13 + apiVersion.length,
          title: `There is no \`HealthCheckPolicy\` in \`${apiVersion}\``,
          message:
            '`web` is a `HealthCheckPolicy` of the group `elbv2.k8s.aws`, which has no such kind: the AWS Load Balancer ' +
            'Controller installs TargetGroupBinding, IngressClassParams and ALBTargetControlConfig there. The kind belongs ' +
            'to GKE (`networking.gke.io`).',
          why:
            `The object is refused with \`no matches for kind "HealthCheckPolicy" in version "${apiVersion}"\`: the health ` +
            'check that it describes never reaches a target group, and the release stops here.',
          fix:
            'Write a `TargetGroupConfiguration` (`gateway.k8s.aws/v1`) whose `spec.targetReference.name` is the Service, ' +
            'with `spec.defaultConfiguration.healthCheckConfig`; for an Ingress the ' +
            '`alb.ingress.kubernetes.io/healthcheck-*` annotations.',
          data: { name: 'web', apiVersion },
        },
      ]);
    },
  );

  test.each<[string, string]>([
    ['a GRPCRoute of v1alpha2', ''],
    ['with a definition that does not serve it', definition(false)],
  ])('%s', async (_, more) => {
    const apiVersion = 'gateway.networking.k8s.io/v1alpha2';
    expect(await judgeYaml({ head: route(apiVersion) + more, rules })).toMatchObject([
      {
        messageId: 'versionGone',
        class: 'hazard',
        severity: 'warning',
        object: 'GRPCRoute/calls',
        line: 1,
        column: 1,
        endColumn: 47,
        title: `GRPCRoute \`calls\` is written as \`${apiVersion}\`, which Gateway API 1.2 and later do not serve`,
        message:
          '`calls` is a `GRPCRoute` of version `v1alpha2`; it is `v1` since Gateway API 1.1, and 1.2 stopped serving ' +
          '`v1alpha2`.',
        why:
          'On a cluster with the definitions of Gateway API 1.2 or later the object is refused with `no matches for kind ' +
          `"GRPCRoute" in version "${apiVersion}"\`, and its calls are never routed.`,
        fix: 'Write `apiVersion: gateway.networking.k8s.io/v1`; the fields are the same.',
      },
    ]);
  });
});
