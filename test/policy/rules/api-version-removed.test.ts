import { describe, expect, test } from 'vitest';
import { apiVersionRemoved } from '../../../src/policy/rules/rollout/api-version-removed.ts';
import { judgeYaml } from '../support.ts';

const rules = [apiVersionRemoved];

const object = (apiVersion: string, kind: string): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: web
spec: {}
`;

describe('valid', () => {
  test.each<[string, string, string, string]>([
    ['the version of today', 'policy/v1', 'PodDisruptionBudget', '1.36'],
    ['a cluster that still serves it', 'policy/v1beta1', 'PodDisruptionBudget', '1.24'],
    ['another kind of the same version', 'networking.k8s.io/v1beta1', 'ServiceCIDR', '1.36'],
    ['a kind that is new in an old version', 'scheduling.k8s.io/v1beta1', 'PodGroup', '1.37'],
    ['another group’s v1beta1', 'elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', '1.36'],
    ['a version to come', 'batch/v2', 'CronJob', '1.36'],
    [
      'the last version with flow control’s v1beta3',
      'flowcontrol.apiserver.k8s.io/v1beta3',
      'FlowSchema',
      '1.31',
    ],
  ])('%s', async (_, apiVersion, kind, kubernetesVersion) =>
    expect(await judgeYaml({ head: object(apiVersion, kind), rules, kubernetesVersion })).toEqual([]),
  );
});

describe('invalid', () => {
  test('a disruption budget of policy/v1beta1', async () => {
    const head = object('policy/v1beta1', 'PodDisruptionBudget');
    expect(await judgeYaml({ head, rules, kubernetesVersion: '1.36' })).toMatchObject([
      {
        ruleId: 'api-version-removed',
        messageId: 'removed',
        class: 'contradiction',
        severity: 'error',
        status: 'introduced',
        object: 'PodDisruptionBudget/web',
        field: 'apiVersion',
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 27,
        title: 'Kubernetes 1.36 does not serve `policy/v1beta1` `PodDisruptionBudget`',
        message:
          '`PodDisruptionBudget` is not served as `policy/v1beta1` since Kubernetes 1.25; it is `policy/v1` now.',
        why:
          'The object is neither created nor updated: kubectl, Helm and GitOps controllers end with `no matches for kind ' +
          '"PodDisruptionBudget" in version "policy/v1beta1"`, and the release with them.',
        fix:
          'Write `apiVersion: policy/v1`. There, an empty selector (`{}`) covers every pod of the namespace, where it ' +
          'covered none.',
        data: {
          kind: 'PodDisruptionBudget',
          apiVersion: 'policy/v1beta1',
          kubernetesVersion: '1.36',
          removedIn: '1.25',
          replacement: 'policy/v1',
          differs: 'an empty selector (`{}`) covers every pod of the namespace, where it covered none',
        },
      },
    ]);
  });

  test('where only the version changes', async () => {
    const [found] = await judgeYaml({ head: object('batch/v1beta1', 'CronJob'), rules });
    expect(found).toMatchObject({ fix: 'Write `apiVersion: batch/v1`; its fields are the same.' });
  });

  test('where nothing took its place', async () => {
    const [found] = await judgeYaml({ head: object('policy/v1beta1', 'PodSecurityPolicy'), rules });
    expect(found).toMatchObject({
      message:
        '`PodSecurityPolicy` is not served as `policy/v1beta1` since Kubernetes 1.25, and no other version took its place.',
      fix: 'Remove the object; Pod Security Admission or a policy engine took its place.',
    });
  });

  test('what base had is not this change’s', async () => {
    const [base, head] = [
      object('batch/v1beta1', 'CronJob'),
      object('batch/v1beta1', 'CronJob').replace('{}', '{suspend: true}'),
    ];
    expect(await judgeYaml({ base, head, rules })).toMatchObject([{ status: 'existing' }]);
  });
});
