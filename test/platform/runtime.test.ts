import { expect, test } from 'vitest';
import type { RuntimeName } from '../../src/platform/environment.ts';
import { runtimeOf } from '../../src/platform/runtime.ts';
import { deployment, environmentWith, runtimeIn, shown, workloadIn } from './support.ts';

const containers = 'spec.template.spec.containers[0]';
const app = (container: object, parts: object = {}): string => deployment({ container, ...parts });
const ports = (...names: readonly string[]): object => ({
  ports: names.map((name, index) => ({ name, containerPort: 8080 + index })),
});
const http = (probe: string, path = '/healthz'): object => ({ [probe]: { httpGet: { path, port: 8080 } } });

test.each<[string, RuntimeName]>([
  ['eclipse-temurin:21-jre', 'jvm'],
  ['docker.io/library/openjdk:17', 'jvm'],
  ['amazoncorretto:21', 'jvm'],
  ['public.ecr.aws/amazoncorretto/amazoncorretto:21', 'jvm'],
  ['mcr.microsoft.com/openjdk/jdk:17-ubuntu', 'jvm'],
  ['gcr.io/distroless/java21-debian12', 'jvm'],
  ['gcr.io/distroless/java:11', 'jvm'],
  ['azul/zulu-openjdk-alpine:17', 'jvm'],
  ['bellsoft/liberica-runtime-container:jre-21', 'jvm'],
  ['registry.access.redhat.com/ubi9/openjdk-21-runtime:1', 'jvm'],
  ['tomcat:10', 'jvm'],
  ['quay.io/wildfly/wildfly:31', 'jvm'],
  ['acme/spring-petclinic@sha256:00', 'jvm'],
  ['registry.example.com:5000/shop/checkout-springboot:2', 'jvm'],
  ['acme/checkout:1.4-jre17', 'jvm'],
  ['acme/checkout:1.4-temurin-21', 'jvm'],
  ['quay.io/keycloak/keycloak:26', 'jvm'],
  ['postgres:16', 'database'],
  ['bitnami/postgresql:16', 'database'],
  ['docker.elastic.co/elasticsearch/elasticsearch:8.1.0', 'database'],
  ['mcr.microsoft.com/mssql/server:2022-latest', 'database'],
  ['confluentinc/cp-kafka:7.6.0', 'database'],
  ['vllm/vllm-openai:v0.6', 'ml-inference'],
  ['nvcr.io/nvidia/tritonserver:24.05-py3', 'ml-inference'],
  ['ghcr.io/huggingface/text-generation-inference:2', 'ml-inference'],
  ['tensorflow/serving:2', 'ml-inference'],
  ['763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1', 'ml-inference'],
  ['nginx:1.27', 'web'],
  ['nginxinc/nginx-unprivileged', 'web'],
  ['mcr.microsoft.com/dotnet/aspnet:8.0', 'web'],
])('image %s: %s', (image, name) => {
  const runtime = runtimeIn(app({ image }));
  expect(runtime).toMatchObject({ name, stated: false });
  expect(runtime.evidence).toHaveLength(1);
  expect(runtime.evidence[0]!.text).toMatch(/^container `app` has the image `[^:@]+`$/);
  expect(runtime.evidence[0]!.at?.path).toEqual(['spec', 'template', 'spec', 'containers', 0, 'image']);
});

test.each([
  ['acme/java-tools:1'],
  ['acme/spring-tools:1'],
  ['acme/springfield-web:1'],
  ['acme/tomcat-exporter:1'],
  ['spring.example.com/shop/checkout:1'],
  ['openjdk.example.com:5000/checkout:1'],
  ['acme/jdkless:1'],
  ['acme/checkout:1.4-native-jre'],
  ['acme/spring-checkout-native:1'],
  ['quay.io/keycloak/keycloak-operator:26'],
  ['acme/javascript-runner:1'],
  ['prometheuscommunity/postgres-exporter:v0.15.0'],
  ['oliver006/redis_exporter:v1'],
  ['acme/mysql-backup:1'],
  ['acme/inference-ui:1'],
  ['acme/web:nginx-1'],
  ['nginx/nginx-prometheus-exporter:1'],
  [`\${IMAGE}`],
  [`\${REGISTRY}/openjdk:17`],
  [''],
  ['acme/app'],
])('image %s says nothing', (image) => {
  expect(runtimeIn(app({ image }))).toEqual({ name: 'unknown', evidence: [], stated: false });
});

test.each<[object, RuntimeName, string]>([
  [{ command: ['java', '-jar', 'app.jar'] }, 'jvm', 'starts `java` @ command'],
  [{ command: ['/opt/java/bin/java', '-jar', 'app.jar'] }, 'jvm', 'starts `java` @ command'],
  [{ command: ['sh', '-c', 'exec java $JAVA_ARGS -jar app.jar'] }, 'jvm', 'starts `java` @ command'],
  [{ command: ['/bin/sh', '-ec'], args: ['sleep 5 && java -jar app.jar'] }, 'jvm', 'starts `java` @ command'],
  [{ command: ['sh', '-c', 'java -jar app.jar & wait $!'] }, 'jvm', 'starts `java` @ command'],
  [{ command: ['/usr/bin/tini', '-g', '--', 'java', '-jar', 'a.jar'] }, 'jvm', 'starts `java` @ command'],
  [{ args: ['-jar', '/app.jar'] }, 'jvm', 'has arguments for a JVM @ args'],
  [{ args: ['-Xmx512m', 'com.acme.Main'] }, 'jvm', 'has arguments for a JVM @ args'],
  [{ command: ['catalina.sh', 'run'] }, 'jvm', 'starts `catalina.sh` @ command'],
  [{ command: ['gunicorn', 'app:app'] }, 'web', 'starts `gunicorn` @ command'],
  [{ args: ['gunicorn', 'app:app'] }, 'web', 'starts `gunicorn` @ args'],
  [{ command: ['python', '-m', 'uvicorn', 'app:app'] }, 'web', 'starts `uvicorn` @ command'],
  [{ command: ['poetry', 'run', 'uvicorn', 'app:app'] }, 'web', 'starts `uvicorn` @ command'],
  [{ command: ['opentelemetry-instrument', 'gunicorn', 'app'] }, 'web', 'starts `gunicorn` @ command'],
  [{ command: ['bundle', 'exec', 'puma'] }, 'web', 'starts `puma` @ command'],
  [{ command: ['rails', 'server', '-b', '0.0.0.0'] }, 'web', 'starts `rails` @ command'],
  [{ command: ['rails', 'db:migrate'] }, 'unknown', ''],
  [
    { command: ['bash', '-lc', 'cd /app\n# java -jar old.jar\nexec gunicorn app'] },
    'web',
    'starts `gunicorn` @ command',
  ],
  [{ command: ['sh', '-c', 'gunicorn app # was; java -jar a.jar'] }, 'web', 'starts `gunicorn` @ command'],
  [{ command: ['docker-entrypoint.sh', 'postgres'] }, 'database', 'starts `postgres` @ command'],
  [{ command: ['celery', '-A', 'shop', 'worker'] }, 'worker', 'starts `celery` @ command'],
  [{ command: ['celery', '-A', 'shop', 'beat'] }, 'unknown', ''],
  [{ command: ['bundle', 'exec', 'sidekiq'] }, 'worker', 'starts `sidekiq` @ command'],
  [{ command: ['php', 'artisan', 'queue:work'] }, 'worker', 'starts `php` @ command'],
  [{ command: ['vllm', 'serve', 'm'] }, 'ml-inference', 'starts `vllm` @ command'],
  [
    { command: ['python3', '-m', 'vllm.entrypoints.openai.api_server'] },
    'ml-inference',
    'starts `vllm` @ command',
  ],
  [{ command: ['ollama', 'pull', 'm'] }, 'unknown', ''],
  [
    { command: ['node', 'server.js'], ...ports('http') },
    'web',
    'starts `node` and declares a port @ command',
  ],
  [{ command: ['node', 'server.js'] }, 'unknown', ''],
  [{ command: ['node', 'cron.js'], ...ports('metrics') }, 'unknown', ''],
  [
    { command: ['dotnet', 'App.dll'], ports: [{ containerPort: 8080 }] },
    'web',
    'starts `dotnet` and declares a port @ command',
  ],
  [{ command: ['/app/start'] }, 'unknown', ''],
  [{ command: [`\${RUN}`, 'java'] }, 'unknown', ''],
  [{ command: `\${COMMAND}` }, 'unknown', ''],
  [{ command: ['echo', 'java'] }, 'unknown', ''],
  [{ command: ['sh', '-c', 'java -version; exec /app/server'] }, 'unknown', ''],
  [{ command: ['sh', 'run-java.sh'] }, 'unknown', ''],
])('%j: %s', (container, name, evidence) => {
  const runtime = runtimeIn(app(container));
  expect(runtime.name).toBe(name);
  const expected = evidence === '' ? [] : [`container \`app\` ${evidence.replace('@ ', `@ ${containers}.`)}`];
  expect(shown(runtime.evidence)).toEqual(expected);
});

test.each<[string, object, RuntimeName]>([
  ['a JVM image that sleeps', { image: 'openjdk:17', command: ['sleep', 'infinity'] }, 'unknown'],
  [
    'a JVM image that waits in a loop',
    { image: 'openjdk:17', command: ['sh', '-c', 'while true; do sleep 5; done'] },
    'unknown',
  ],
  ['a JVM image that runs something else', { image: 'openjdk:17', command: ['python', 'x.py'] }, 'unknown'],
  ['a JVM image with a script', { image: 'openjdk:17', command: ['/app/run.sh'] }, 'jvm'],
  ['a JVM image with a shell script', { image: 'openjdk:17', command: ['sh', '/app/run.sh'] }, 'jvm'],
  ['a JVM image with arguments', { image: 'openjdk:17', args: ['--server.port=80'] }, 'jvm'],
  ['a JVM image whose command a later tool gives', { image: 'openjdk:17', command: [`\${RUN}`] }, 'unknown'],
  [
    'a database image that makes backups',
    { image: 'postgres:16', command: ['sh', '-c', 'while true; do pg_dump x; sleep 60; done'] },
    'unknown',
  ],
  [
    'a database image with its own program',
    { image: 'postgres:16', command: ['postgres', '-c', 'x=1'] },
    'database',
  ],
  [
    'a database image with options',
    { image: 'postgres:16', args: ['-c', 'max_connections=200'] },
    'database',
  ],
  [
    'a web server that starts another',
    { image: 'nginx', command: ['sh', '-c', 'cp a b && exec nginx -g "daemon off;"'] },
    'web',
  ],
])('command against image: %s', (_, container, name) => {
  expect(runtimeIn(app(container)).name).toBe(name);
});

test('only names of environment variables are read', () => {
  const env = [
    { name: 'PASSWORD', value: 'hunter2' },
    { name: 'JAVA_TOOL_OPTIONS', value: '-Dkey=hunter2' },
    { name: 'SPRING_PROFILES_ACTIVE', valueFrom: {} },
  ];
  expect(runtimeIn(app({ env }))).toEqual({
    name: 'jvm',
    stated: false,
    evidence: [
      { text: 'container `app` has `JAVA_TOOL_OPTIONS`', at: expect.anything() },
      { text: 'container `app` has `SPRING_PROFILES_ACTIVE`', at: expect.anything() },
    ],
  });
  expect(shown(runtimeIn(app({ env })).evidence)[0]).toBe(
    `container \`app\` has \`JAVA_TOOL_OPTIONS\` @ ${containers}.env[1].name`,
  );
});

test.each<[string, RuntimeName]>([
  ['JAVA_OPTS', 'jvm'],
  ['JAVA_HOME', 'unknown'],
  ['SPRING', 'unknown'],
  ['ASPNETCORE_URLS', 'web'],
  ['DOTNET_ENVIRONMENT', 'unknown'],
  [`\${NAME}`, 'unknown'],
])('env %s: %s', (name, expected) => {
  expect(runtimeIn(app({ env: [{ name, value: 'x' }] })).name).toBe(expected);
});

test('an image compiled ahead of time keeps the settings of Spring, but has no JVM', () => {
  const env = [{ name: 'SPRING_PROFILES_ACTIVE', value: 'prod' }];
  const probe = http('livenessProbe', '/actuator/health/liveness');
  expect(runtimeIn(app({ image: 'acme/checkout:1-native', env, ...probe })).name).toBe('unknown');
});

test.each<[string, object, RuntimeName]>([
  ['Spring Boot', http('livenessProbe', '/actuator/health/liveness'), 'jvm'],
  ['Spring Boot below a path', http('readinessProbe', '/shop/actuator/health'), 'jvm'],
  ['a word of a path', http('livenessProbe', '/actuators'), 'unknown'],
  ['a path that a later tool gives', http('livenessProbe', `\${PATH}/actuator/health`), 'unknown'],
  [
    'Steeltoe on .NET',
    { ...http('livenessProbe', '/actuator/health'), env: [{ name: 'ASPNETCORE_URLS' }] },
    'web',
  ],
  ['gRPC', { readinessProbe: { grpc: { port: 9090 } } }, 'grpc'],
  ['a port of gRPC', ports('grpc'), 'grpc'],
  ['a port of gRPC among others', ports('http', 'grpc-api'), 'grpc'],
  ['a port whose name a later tool gives', ports(`\${PORT}`), 'unknown'],
  ['an HTTP port that is probed', { ...ports('http'), ...http('readinessProbe') }, 'web'],
  ['an HTTP port alone', ports('http'), 'unknown'],
  ['a metrics port that is probed', { ...ports('http-metrics'), ...http('readinessProbe') }, 'unknown'],
  ['a probe alone', http('readinessProbe'), 'unknown'],
])('probes and ports: %s', (_, container, name) => {
  expect(runtimeIn(app(container)).name).toBe(name);
});

const gpu = { resources: { limits: { 'nvidia.com/gpu': 1 } } };

test.each<[string, string, RuntimeName]>([
  ['a GPU and a name', app(gpu, { name: 'fraud-inference' }), 'ml-inference'],
  ['a GPU and an image', app({ ...gpu, image: 'acme/llm-server:1' }), 'ml-inference'],
  ['a GPU alone', app(gpu, { name: 'transcoder' }), 'unknown'],
  ['a name alone', app({}, { name: 'fraud-inference' }), 'unknown'],
  [
    'an amount that a later tool gives',
    app({ resources: { limits: { 'nvidia.com/gpu': `\${GPUS}` } } }, { name: 'llm' }),
    'unknown',
  ],
])('models: %s', (_, text, name) => {
  expect(runtimeIn(text).name).toBe(name);
});

test.each<[string, string, RuntimeName]>([
  ['a worker by name', app({}, { name: 'billing-worker' }), 'worker'],
  ['a consumer by name', app({}, { name: 'orders-consumer' }), 'worker'],
  ['a worker that is only watched', app(ports('metrics'), { name: 'billing-worker' }), 'worker'],
  ['a worker that takes requests', app(ports('http'), { name: 'billing-worker' }), 'unknown'],
  ['a part of a word', app({}, { name: 'networker' }), 'unknown'],
  ['an API for workers', app({}, { name: 'worker-api' }), 'unknown'],
  ['a worker on a JVM', app({ image: 'openjdk:17' }, { name: 'billing-worker' }), 'jvm'],
  [
    'a Job that uses a database image',
    JSON.stringify({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'dump' },
      spec: { template: { spec: { containers: [{ name: 'app', image: 'postgres:16' }] } } },
    }),
    'worker',
  ],
])('workers: %s', (_, text, name) => {
  expect(runtimeIn(text).name).toBe(name);
});

test.each<[string, string, RuntimeName]>([
  ['.NET on Windows', app({ image: 'mcr.microsoft.com/dotnet/framework/aspnet:4.8' }), 'windows-dotnet'],
  ['dotnet on Windows', app({ command: ['dotnet.exe', 'App.dll'] }), 'windows-dotnet'],
  ['through cmd', app({ command: ['cmd', '/c', 'dotnet', 'App.dll'] }), 'windows-dotnet'],
  [
    'through PowerShell',
    app({ command: ['powershell.exe', '-Command', 'C:\\app\\dotnet.exe App.dll'] }),
    'windows-dotnet',
  ],
  ['ASP.NET Core on Windows', app({ env: [{ name: 'ASPNETCORE_URLS' }] }), 'windows-dotnet'],
  ['a JVM on Windows', app({ image: 'eclipse-temurin:21-jre-windowsservercore' }), 'jvm'],
  ['anything on Windows', app({}), 'unknown'],
])('windows: %s', (_, text, name) => {
  const selected = text.replace(
    '"spec":{"containers"',
    '"spec":{"nodeSelector":{"kubernetes.io/os":"windows"},"containers"',
  );
  expect(runtimeIn(selected).name).toBe(name);
  const environment = environmentWith({ platforms: [{ match: {}, platform: 'windows', traits: [] }] });
  expect(runtimeIn(text, environment).name).toBe(name);
});

test('containers that are there for others are told apart', () => {
  const { workload } = workloadIn(
    deployment({
      pod: { annotations: { 'lifecycle-review/runtime': 'jvm' } },
      spec: {
        initContainers: [
          { name: 'wait', image: 'nginx:1' },
          { name: 'migrate', image: 'openjdk:17' },
          { name: 'cache', image: 'redis:7', restartPolicy: 'Always' },
        ],
        containers: [
          { name: 'app', image: 'acme/app:1' },
          { name: 'istio-proxy', image: 'istio/proxyv2:1', ports: [{ name: 'grpc', containerPort: 1 }] },
        ],
      },
    }),
  );
  const names = workload.containers.map(
    (container) => `${container.name} ${runtimeOf(workload, container, environmentWith({})).name}`,
  );
  expect(names).toEqual(['wait unknown', 'migrate jvm', 'cache database', 'app jvm', 'istio-proxy unknown']);
});

const annotated = (value: unknown): object => ({
  pod: { annotations: { 'lifecycle-review/runtime': value } },
});

test('an annotation wins over the configuration, and that over what is read', () => {
  const statement = {
    match: {},
    runtime: 'worker' as RuntimeName,
    shutdownSeconds: null,
    startupSeconds: null,
  };
  const environment = environmentWith({
    workloads: [{ ...statement, match: { name: 'x' }, runtime: 'grpc' }, statement],
  });
  const image = { image: 'openjdk:17' };
  const template = 'spec.template.metadata.annotations["lifecycle-review/runtime"]';
  const stated = runtimeIn(app(image, annotated('web')), environment);
  expect(stated).toMatchObject({ name: 'web', stated: true });
  expect(shown(stated.evidence)).toEqual([`annotation \`lifecycle-review/runtime\` @ ${template}`]);
  const configured = runtimeIn(app(image), environment);
  expect(configured).toMatchObject({ name: 'worker', stated: true });
  expect(shown(configured.evidence)).toEqual(['configuration (`runtime`)']);
  expect(runtimeIn(app(image, annotated('unknown')), environment)).toMatchObject({
    name: 'unknown',
    stated: true,
  });
});

test.each(['java', 'JVM', '', `\${RUNTIME}`, 1, null])('the annotation %j says nothing', (value) => {
  expect(runtimeIn(app({ image: 'openjdk:17' }, annotated(value)))).toMatchObject({
    name: 'jvm',
    stated: false,
  });
});

test('a runtime is read once for a container', () => {
  const { workload } = workloadIn(deployment());
  const environment = environmentWith({});
  const first = runtimeOf(workload, workload.containers[0]!, environment);
  expect(runtimeOf(workload, workload.containers[0]!, environment)).toBe(first);
});
