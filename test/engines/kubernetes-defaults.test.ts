import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { checkObjects } from '../../src/engines/kubernetes.ts';

const engine = openEngine('kubernetes', { instances: 1 });
afterAll(() => engine.close());

async function defaulted(object: unknown): Promise<unknown> {
  const [answer] = await checkObjects(engine, [{ object }]);
  return answer?.defaulted;
}

const container = { name: 'app', image: 'nginx:1.27' };
const labels = { app: 'web' };

function deployment(spec: object, containers: object[] = [container], pod: object = {}): object {
  const template = { metadata: { labels }, spec: { containers, ...pod } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

describe('a Pod', () => {
  it('has thirty seconds to end', async () => {
    expect(await defaulted(deployment({}))).toMatchObject({
      spec: {
        template: {
          spec: { terminationGracePeriodSeconds: 30, restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' },
        },
      },
    });
  });

  it('may have none', async () => {
    const object = deployment({}, [container], { terminationGracePeriodSeconds: 0 });
    expect(await defaulted(object)).toMatchObject({
      spec: { template: { spec: { terminationGracePeriodSeconds: 0 } } },
    });
  });
});

describe('a probe', () => {
  async function probe(readinessProbe: object): Promise<unknown> {
    const object = await defaulted(deployment({}, [{ ...container, readinessProbe }]));
    return (object as { spec: { template: { spec: { containers: { readinessProbe: unknown }[] } } } }).spec
      .template.spec.containers[0]?.readinessProbe;
  }

  it('is completed', async () => {
    expect(await probe({ httpGet: { port: 'http' } })).toEqual({
      httpGet: { path: '/', port: 'http', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  it('cannot be set to zero', async () => {
    const zeros = {
      initialDelaySeconds: 0,
      timeoutSeconds: 0,
      periodSeconds: 0,
      successThreshold: 0,
      failureThreshold: 0,
    };
    expect(await probe({ tcpSocket: { port: 80 }, ...zeros })).toEqual({
      tcpSocket: { port: 80 },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });
});

describe('an image', () => {
  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
  ])('%s is pulled %s', async (image, imagePullPolicy) => {
    expect(await defaulted(deployment({}, [{ name: 'app', image }]))).toMatchObject({
      spec: { template: { spec: { containers: [{ imagePullPolicy }] } } },
    });
  });
});

describe('a workload', () => {
  it('of kind Deployment rolls by quarters', async () => {
    expect(await defaulted(deployment({}))).toMatchObject({
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
    });
  });

  it('keeps replicas of zero', async () => {
    expect(await defaulted(deployment({ replicas: 0 }))).toMatchObject({ spec: { replicas: 0 } });
  });

  it('of kind DaemonSet replaces one at a time', async () => {
    const object = { ...deployment({}), kind: 'DaemonSet' };
    expect(await defaulted(object)).toMatchObject({
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
    });
  });

  it('of kind StatefulSet is ordered and keeps its claims', async () => {
    const object = { ...deployment({ serviceName: 'web' }), kind: 'StatefulSet' };
    expect(await defaulted(object)).toMatchObject({
      spec: {
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      },
    });
  });

  it('of kind CronJob may overlap and keeps some history', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [container] } };
    const spec = { schedule: '@daily', jobTemplate: { spec: { template } } };
    expect(
      await defaulted({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' }, spec }),
    ).toMatchObject({
      spec: {
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
    });
  });

  it('of kind Job tries six times more', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [container] } };
    expect(
      await defaulted({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'once' },
        spec: { template },
      }),
    ).toMatchObject({
      spec: {
        backoffLimit: 6,
        completions: 1,
        parallelism: 1,
        completionMode: 'NonIndexed',
        podReplacementPolicy: 'TerminatingOrFailed',
      },
    });
  });
});

describe('a Service', () => {
  it('sends to the port it has', async () => {
    const spec = { selector: labels, ports: [{ port: 80 }] };
    expect(await defaulted({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec })).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        selector: labels,
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      },
    });
  });
});

describe('an autoscaler', () => {
  it('keeps one replica and waits five minutes before it takes one away', async () => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const object = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
    };
    expect(
      await defaulted({ ...object, spec: { scaleTargetRef, maxReplicas: 5, behavior: { scaleDown: {} } } }),
    ).toMatchObject({
      spec: {
        minReplicas: 1,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
        behavior: {
          scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
        },
      },
    });
  });
});

describe('what a cluster would add', () => {
  it('is not invented', async () => {
    const object = deployment({});
    expect(await defaulted({ ...object, status: { replicas: 3 } })).toEqual(await defaulted(object));
    expect(await defaulted(object)).toMatchObject({ metadata: { name: 'web' } });
    expect(JSON.stringify(await defaulted(object))).not.toMatch(/"(status|uid|creationTimestamp|namespace)"/);
  });
});
