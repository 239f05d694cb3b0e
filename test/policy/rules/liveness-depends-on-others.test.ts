import { describe, expect, test } from 'vitest';
import { livenessDependsOnOthers } from '../../../src/policy/rules/probes/liveness-depends-on-others.ts';
import { type JudgedFinding, judgeYaml } from '../support.ts';

const rules = [livenessDependsOnOthers];

/** `container` follows the image; `spec` stands in the pod spec before `containers`. */
const deployment = (container: string, spec = '', image = 'shop:1.2.3'): string => `apiVersion: apps/v1
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
${spec}      containers:
        - name: web
          image: ${image}
${container}`;

const liveness = (handler: string): string => `          livenessProbe:
            ${handler}
`;
const readiness = (handler: string): string => `          readinessProbe:
            ${handler}
`;
const get = (path: string): string => `httpGet: { path: ${path}, port: 8080 }`;
const exec = (command: string): string => `exec: { command: ${command} }`;
const sh = (script: string): string => exec(`[sh, -c, ${JSON.stringify(script)}]`);

const live = (handler: string, spec = '', image = 'shop:1.2.3'): string =>
  deployment(liveness(handler), spec, image);

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: import
          image: import:1
          livenessProbe:
            exec: { command: [pg_isready, -h, db] }
`;

describe('valid', () => {
  test.each<[string, string]>([
    ['no probe', deployment('')],
    ['a program named like a property of every object', live(exec('[constructor, db]'))],
    ['the usual path', live(get('/healthz'))],
    [
      'identical probes on a path that says nothing (kube-score#339)',
      deployment(liveness(get('/health')) + readiness(get('/health'))),
    ],
    ["Spring's own liveness group", live(get('/actuator/health/liveness'))],
    ["Spring's info page", live(get('/actuator/info'))],
    ['a path that only begins so', live(get('/ready-made-meals'))],
    ['a page about readiness', live(get('/readiness-levels/list'))],
    ['a cache that is no health check', live(get('/api/cache'))],
    ['a readiness path in the readiness probe', deployment(readiness(get('/readyz')))],
    ['a file', live(exec('[cat, /tmp/healthy]'))],
    ['redis-cli in a redis image', live(exec('[redis-cli, ping]'), '', 'redis:7')],
    [
      'redis-cli against another name in an image of redis',
      live(exec('[redis-cli, -h, redis-master, ping]'), '', 'bitnami/redis-sentinel:7'),
    ],
    ['pg_isready in a postgres image', live(exec('[pg_isready, -U, postgres]'), '', 'postgres:16')],
    ['a client that names no host asks its own', live(exec('[redis-cli, ping]'))],
    ['mysqladmin against localhost', live(exec('[mysqladmin, ping, -h, localhost]'))],
    ['the pod by its address', live(sh('redis-cli -h "$(POD_IP)" ping'))],
    ['the pod by a variable of the kubelet', live(exec('[redis-cli, -h, $(POD_IP), ping]'))],
    ['the pod by its name', live(sh('nc -z "$(hostname -i)" 8080'))],
    ['a socket', live(exec('[psql, -h, /var/run/postgresql, -c, select 1]'))],
    ['an address of the loopback network', live(exec('[pg_isready, --host=127.0.0.1]'))],
    ['a URI of the pod', live(exec('[psql, "postgresql://app:secret@localhost:5432/app", -c, "select 1"]'))],
    ['a host that nobody here knows', live(sh('redis-cli -h $REDIS_HOST ping'))],
    [
      'a host from a ConfigMap',
      deployment(
        `          env:
            - name: PGHOST
              valueFrom: { configMapKeyRef: { name: db, key: host } }
${liveness(exec('[pg_isready]'))}`,
      ),
    ],
    [
      'a host that is a literal name of the pod',
      deployment(
        `          env: [{ name: REDIS_HOST, value: localhost }]\n${liveness(sh('redis-cli -h $REDIS_HOST ping'))}`,
      ),
    ],
    ['a placeholder for the command', live(exec(`[pg_isready, -h, "\${DB}"]`))],
    ['a placeholder for the image', live(exec('[redis-cli, -h, redis, ping]'), '', `"\${IMAGE}"`)],
    ['a script in a file', live(exec('[sh, /scripts/liveness.sh]'))],
    ['an answer that does not count', live(sh('redis-cli -h redis ping || true'))],
    ['an answer that is only logged', live(sh('nc -z db 5432; test -f /tmp/healthy'))],
    ['curl to the container', live(exec('[curl, -fsS, "http://localhost:8080/healthz"]'))],
    ['curl through a socket', live(exec('[curl, --unix-socket, /run/app.sock, "http://app/ready"]'))],
    ['wget to the container', live(sh('wget -qO- http://127.0.0.1:8080/'))],
    ['nc that asks itself', live(exec('[nc, -z, -w, "2", localhost, "8080"]'))],
    ['a health probe of its own port', live(exec('[grpc_health_probe, "-addr=:50051"]'))],
    [
      'an alias of the loopback address',
      live(sh('nc -z broker 9092'), '      hostAliases: [{ ip: 127.0.0.1, hostnames: [broker] }]\n'),
    ],
    ['a readiness check in a comment', live(sh('test -f /tmp/up # pg_isready -h db'))],
    ['grpc', live('grpc: { port: 50051 }')],
    [
      'a loopback host on the network of the node, as in a static pod of the control plane',
      live(
        'httpGet: { path: /livez, port: 6443, scheme: HTTPS, host: 127.0.0.1 }',
        '      hostNetwork: true\n',
      ),
    ],
    ['a placeholder for the host', live(`httpGet: { path: /, port: 80, host: "\${HOST}" }`)],
    ['a Job, which other checkers ask for probes (kyverno/policies#156)', job],
    [
      'an injected sidecar (polaris#408)',
      deployment('', '').replace('- name: web', '- name: istio-proxy') + liveness(get('/healthz/ready')),
    ],
    [
      'an ordinary init container, in which the API server refuses it',
      deployment(
        '',
        `      initContainers:
        - name: wait
          image: busybox:1.36
          livenessProbe: { exec: { command: [pg_isready, -h, db] } }
`,
      ),
    ],
  ])('%s', async (_, head) => expect(await judgeYaml({ head, rules })).toEqual([]));
});

const at = (line: number, column: number, endColumn: number) => ({
  line,
  column,
  endLine: line,
  endColumn,
});
const times = { failures: 3, periodSeconds: 10, atLeastSeconds: 20, atMostSeconds: 31 };
const nothing = { program: null, path: null, host: null, sameAsReadiness: false, livenessPath: null };

const invalid: [string, string, Partial<JudgedFinding>][] = [
  [
    'a database client against another host',
    live(exec('[pg_isready, -h, db.internal, -p, "5432"]')),
    {
      ...at(19, 21, 28),
      messageId: 'client',
      field: 'spec.template.spec.containers[0].livenessProbe.exec.command',
      title: 'Trouble on another host restarts `web`: its liveness probe runs `pg_isready` against it',
      message:
        'The command of the liveness probe of `web` runs `pg_isready` against a host that is not the pod: 3 failures every ' +
        '10 s (20-31 s) restart the container.',
      why:
        'When that host is down, slow or out of reach, the probe fails everywhere at once. On every replica that shares the ' +
        'cause the container is restarted, although none of them is broken; a restart repairs nothing there, and starting ' +
        'pods add load while it comes back.',
      fix:
        'Move the `pg_isready` call out of liveness: a `readinessProbe` takes the pod out of traffic and brings it back by ' +
        'itself. Let liveness ask only whether the process still answers.',
      data: { container: 'web', ...nothing, program: 'pg_isready', ...times },
    },
  ],
  [
    'a host in the probe',
    live('tcpSocket: { port: 5432, host: db.internal }'),
    {
      ...at(19, 38, 55),
      messageId: 'host',
      title: 'The liveness probe of `web` asks `db.internal`, not the container',
      message:
        '`host` of the liveness probe is `db.internal`: 3 failures every 10 s (20-31 s) restart the container.',
      fix: 'Remove `host`: the probe then asks the pod, by its own address.',
      data: { container: 'web', ...nothing, host: 'db.internal', ...times },
    },
  ],
  [
    'a loopback host, which is the node',
    live('httpGet: { path: /healthz, port: 8080, host: 127.0.0.1 }'),
    {
      messageId: 'node',
      title: 'The liveness probe of `web` asks its node, not the container: `host` is `127.0.0.1`',
      message:
        'The kubelet connects from the node, and the pod has a network of its own: `127.0.0.1` is the node there. If ' +
        'nothing on the node answers, 3 failures every 10 s (20-31 s) restart the container.',
      why: 'The answer says nothing about this container: it is restarted, or kept, for what the node does.',
    },
  ],
  [
    'a readiness path',
    deployment(`${liveness(get('/readyz?verbose=1'))}            failureThreshold: 1
            periodSeconds: 5
`),
    {
      ...at(19, 24, 47),
      messageId: 'readiness',
      title: '`web` is restarted whenever it is not ready: its liveness probe asks `/readyz`',
      message:
        'The liveness probe of `web` asks `/readyz`, by its name the question whether it is ready: 1 failure every 5 s ' +
        '(0-6 s) restarts the container.',
      why:
        'A container is not ready while a dependency is away, while it warms up or while it drains, and needs no restart ' +
        'then. On every replica that shares the cause the container is restarted, although none of them is broken; a ' +
        'restart repairs nothing there, and starting pods add load while it comes back.',
      fix: 'Ask a path that answers whenever the process is not stuck, whatever its dependencies do.',
      data: {
        container: 'web',
        ...nothing,
        path: '/readyz',
        failures: 1,
        periodSeconds: 5,
        atLeastSeconds: 0,
        atMostSeconds: 6,
      },
    },
  ],
  [
    'the readiness path of the readiness probe',
    deployment(liveness(get('/ready')) + readiness(get('/ready'))),
    {
      messageId: 'readiness',
      message:
        'The liveness probe of `web` asks `/ready`, by its name the question whether it is ready; the readiness probe asks ' +
        'the same, so liveness depends on what readiness depends on: 3 failures every 10 s (20-31 s) restart the container.',
    },
  ],
  [
    "Spring's readiness group",
    live(get('/actuator/health/readiness')),
    { messageId: 'readiness', fix: 'Ask `/actuator/health/liveness`.' },
  ],
  [
    "Quarkus' readiness",
    live(get('/q/health/ready')),
    { messageId: 'readiness', fix: 'Ask `/q/health/live`.' },
  ],
  [
    'the state of a database',
    live(get('/health/db')),
    {
      messageId: 'dependency',
      title: 'Trouble of a dependency restarts `web`: its liveness probe asks `/health/db`',
      message:
        'The liveness probe of `web` asks `/health/db`, by its name the state of a dependency: 3 failures every 10 s ' +
        '(20-31 s) restart the container.',
      fix:
        'Ask for a dependency in readiness, where at all: a `readinessProbe` takes the pod out of traffic and brings it ' +
        'back by itself. Let liveness ask only whether the process still answers.',
    },
  ],
  ['all dependencies', live(get('/internal/dependencies')), { messageId: 'dependency' }],
  [
    "Spring's aggregate",
    live(get('/api/actuator/health')),
    {
      messageId: 'spring-aggregate',
      title: 'Any dependency that is down restarts `web`: its liveness probe asks `/api/actuator/health`',
      message:
        'The liveness probe of `web` asks `/api/actuator/health`, which is `DOWN` as soon as one health indicator is ' +
        '(database, cache, broker, disk): 3 failures every 10 s (20-31 s) restart the container.',
      fix:
        'Ask `/api/actuator/health/liveness`: Spring Boot 2.3 and later answer it on Kubernetes without any setting, from ' +
        'the state of the application alone.',
    },
  ],
  [
    'a readiness path by curl, of whose text nothing is shown',
    live(exec('[curl, -fsS, "http://localhost:8080/v1/3f9c/ready?token=hush"]')),
    {
      messageId: 'readiness',
      title:
        '`web` is restarted whenever it is not ready: its liveness probe asks for readiness, with `curl`',
      message:
        'The liveness probe of `web` asks for readiness, with `curl`: 3 failures every 10 s (20-31 s) restart the container.',
      data: { container: 'web', ...nothing, program: 'curl', ...times },
    },
  ],
  [
    'a native sidecar',
    deployment(
      '',
      `      initContainers:
        - name: cache
          image: cache:1
          restartPolicy: Always
          livenessProbe: { exec: { command: [nc, -z, db, "5432"] } }
`,
    ),
    { messageId: 'client', container: 'cache' },
  ],
];

describe('invalid', () => {
  test.each(invalid)('%s', async (_, head, expected) => {
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        class: 'hazard',
        severity: 'warning',
        status: 'introduced',
        object: 'Deployment/web',
        container: 'web',
        ...expected,
      },
    ]);
  });

  test.each<[string, string, string?]>([
    ['redis-cli', exec('[redis-cli, -h, redis, ping]')],
    ['redis-cli', exec('[redis-cli, -u, "redis://user:pass@redis:6379/0", ping]')],
    ['redis-cli', sh('timeout 3 redis-cli -h redis ping | grep PONG')],
    ['redis-cli', sh('[ "$(redis-cli -h redis ping)" = PONG ]')],
    ['redis-cli', sh('HOST=redis; redis-cli -h $HOST ping')],
    ['pg_isready', sh('exec pg_isready --host=db')],
    ['pg_isready', sh('PGHOST=db pg_isready')],
    ['pg_isready', exec('[/bin/bash, -ec, "pg_isready -hdb; true"]')],
    ['psql', sh("psql 'host=db user=app' -c 'select 1' || exit 1")],
    ['mysqladmin', exec('[mysqladmin, ping, --host, db, -p$MYSQL_PASSWORD]')],
    ['mongosh', exec('[mongosh, "mongodb://mongo-0.mongo,mongo-1.mongo/app", --eval, "db.hello()"]')],
    ['kafka-topics.sh', exec('[kafka-topics.sh, --list, --bootstrap-server, "kafka-0:9092,kafka-1:9092"]')],
    ['etcdctl', exec('[etcdctl, "--endpoints=https://etcd:2379", endpoint, health]')],
    ['curl', exec('[curl, -f, "http://backend:8080/health"]')],
    ['curl', exec('[curl, -x, "http://localhost:3128", "https://api.example.com/"]')],
    ['wget', sh('wget --spider -q http://web.default.svc/healthz && nc -z localhost 80')],
    ['nc', sh('nc -zw2 db 5432')],
    ['nc', exec('[busybox, nc, -z, -w, "2", db, "5432"]')],
    ['/dev/tcp', exec('[bash, -c, "</dev/tcp/db/5432"]')],
    ['grpc_health_probe', exec('[/bin/grpc_health_probe, "-addr=auth:50051"]')],
  ])('%s: %s', async (program, handler) => {
    const found = await judgeYaml({ head: live(handler), rules });
    expect(found).toMatchObject([{ messageId: 'client', data: { program } }]);
  });

  test('the host from a literal of the container', async () => {
    const env = '          env: [{ name: DB, value: db.internal }]\n';
    const found = await judgeYaml({
      head: deployment(env + liveness(exec('[pg_isready, -h, $(DB)]'))),
      rules,
    });
    expect(found).toMatchObject([{ messageId: 'client' }]);
  });

  test('nothing of a command is shown', async () => {
    const secret = exec('[psql, "postgresql://app:hush@db.internal/orders", -c, "select secret"]');
    const text = JSON.stringify(await judgeYaml({ head: live(secret), rules }));
    expect(text).toContain('psql');
    for (const word of ['hush', 'orders', 'select', 'db.internal']) expect(text).not.toContain(word);
  });

  test('a placeholder for a number leaves the numbers out', async () => {
    const head = deployment(`${liveness(get('/ready'))}            periodSeconds: "\${PERIOD}"\n`);
    expect(await judgeYaml({ head, rules })).toMatchObject([
      {
        message:
          'The liveness probe of `web` asks `/ready`, by its name the question whether it is ready: its failures restart ' +
          'the container.',
      },
    ]);
  });
});

describe('base and head', () => {
  const statuses = async (base: string, head: string): Promise<string[]> =>
    (await judgeYaml({ base, head, rules })).map(({ status }) => status);

  test('as it was', async () =>
    expect(await statuses(live(get('/ready')), live(get('/ready')))).toEqual(['existing']));
  test('this change made it so', async () =>
    expect(await statuses(live(get('/healthz')), live(get('/ready')))).toEqual(['introduced']));
  test('this change repairs it', async () =>
    expect(await statuses(live(get('/ready')), live(get('/healthz')))).toEqual(['fixed']));
});
