import { describe, expect, test } from 'vitest';
import { type ServerTimeout, serverTimeouts, waitsOf } from '../../src/lifecycle/server-timeouts.ts';
import { proxyTimeouts } from '../../src/lifecycle/servers/proxy.ts';
import { podWith, workloadFrom } from './support.ts';

type Env = Readonly<Record<string, string>>;

function timeouts(container: object, env: Env = {}): readonly ServerTimeout[] {
  const entries = Object.entries(env).map(([name, value]) => ({ name, value }));
  const pod = podWith({ env: entries, ...container });
  return serverTimeouts(pod.workload, pod.container);
}

/** `server setting kind seconds`, with `default` where nothing is written. */
function told(container: object, env: Env = {}): readonly string[] {
  return timeouts(container, env).map(
    ({ server, setting, kind, seconds, written }) =>
      `${server} ${setting} ${kind} ${seconds}${written ? '' : ' default'}`,
  );
}

const command = (line: string): object => ({ command: line.split(' ') });
const args = (...words: readonly string[]): object => ({ args: words });
const script = (text: string): object => ({ command: ['sh', '-c', text] });

describe('written', () => {
  test.each<[string, object, Env, readonly string[]]>([
    [
      'gunicorn',
      command('gunicorn --graceful-timeout 60 app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 60'],
    ],
    [
      'gunicorn with =',
      command('/venv/bin/gunicorn --graceful-timeout=60 app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 60'],
    ],
    [
      'the last one wins',
      command('gunicorn --graceful-timeout 60 --graceful-timeout 45 app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 45'],
    ],
    [
      "gunicorn in an image's arguments",
      args('gunicorn', '--graceful-timeout', '60', 'app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 60'],
    ],
    [
      'gunicorn by its own variable, whatever starts it',
      {},
      { GUNICORN_CMD_ARGS: '--bind=0.0.0.0 --graceful-timeout=90' },
      ['gunicorn --graceful-timeout maximum 90'],
    ],
    [
      'the command line goes before the variable',
      command('gunicorn --graceful-timeout 40 app:app'),
      { GUNICORN_CMD_ARGS: '--graceful-timeout 90' },
      ['gunicorn --graceful-timeout maximum 40'],
    ],
    [
      'python -m',
      command('python3.12 -u -m gunicorn --graceful-timeout 60 app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 60'],
    ],
    [
      'a shell that replaces itself',
      script('python manage.py migrate && exec gunicorn --graceful-timeout 60 app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 60'],
    ],
    [
      'a value from the environment',
      script('set -e; exec gunicorn --graceful-timeout "$GRACE" app:app'),
      { GRACE: '70' },
      ['gunicorn --graceful-timeout maximum 70'],
    ],
    [
      'options from the environment',
      script('exec gunicorn $OPTIONS app:app'),
      { OPTIONS: '--workers 4 --graceful-timeout 70' },
      ['gunicorn --graceful-timeout maximum 70'],
    ],
    [
      'programs that start another one',
      command('tini -- env PORT=80 poetry run ddtrace-run gunicorn --graceful-timeout 60 app:app'),
      {},
      ['gunicorn --graceful-timeout maximum 60'],
    ],
    [
      'uvicorn',
      command('uvicorn app:app --timeout-graceful-shutdown 45'),
      {},
      ['uvicorn --timeout-graceful-shutdown maximum 45'],
    ],
    [
      'uvicorn by its variable',
      {},
      { UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: '45' },
      ['uvicorn UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN maximum 45'],
    ],
    [
      'hypercorn',
      command('hypercorn --graceful-timeout 20 app:app'),
      {},
      ['hypercorn --graceful-timeout maximum 20'],
    ],
    ['Sidekiq', command('bundle exec sidekiq -C x.yml -t 60'), {}, ['Sidekiq -t maximum 60']],
    ['Sidekiq, joined', command('bundle exec sidekiq -t60'), {}, ['Sidekiq -t maximum 60']],
    ['Sidekiq, long', command('sidekiq --timeout 60'), {}, ['Sidekiq --timeout maximum 60']],
    [
      'Spring Boot by its variable',
      {},
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '45s' },
      ['Spring Boot SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE maximum 45'],
    ],
    [
      'Spring Boot by the variable in its canonical form',
      {},
      { SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE: 'PT1M30S' },
      ['Spring Boot SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE maximum 90'],
    ],
    [
      'Spring Boot, where a number is milliseconds',
      {},
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '45000' },
      ['Spring Boot SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE maximum 45'],
    ],
    [
      'Spring Boot by an argument, which goes before the rest',
      args('--spring.lifecycle.timeout-per-shutdown-phase=1m'),
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '45s' },
      ['Spring Boot --spring.lifecycle.timeout-per-shutdown-phase maximum 60'],
    ],
    [
      'Spring Boot by a system property',
      command('java -Dspring.lifecycle.timeout-per-shutdown-phase=40s -jar app.jar'),
      {},
      ['Spring Boot spring.lifecycle.timeout-per-shutdown-phase maximum 40'],
    ],
    [
      'Spring Boot by JAVA_TOOL_OPTIONS',
      {},
      { JAVA_TOOL_OPTIONS: '-Xmx1g "-Dspring.lifecycle.timeout-per-shutdown-phase=40s"' },
      ['Spring Boot spring.lifecycle.timeout-per-shutdown-phase maximum 40'],
    ],
    [
      'Spring Boot by JAVA_OPTS',
      {},
      { JAVA_OPTS: '-Dspring.lifecycle.timeout-per-shutdown-phase=40s' },
      ['Spring Boot spring.lifecycle.timeout-per-shutdown-phase maximum 40'],
    ],
    [
      'Quarkus: the delay that only its build can switch on, then the timeout',
      {},
      { QUARKUS_SHUTDOWN_TIMEOUT: '30s', QUARKUS_SHUTDOWN_DELAY: '10' },
      ['Quarkus QUARKUS_SHUTDOWN_DELAY maximum 10', 'Quarkus QUARKUS_SHUTDOWN_TIMEOUT maximum 30'],
    ],
    [
      'Quarkus by a system property',
      command('java -Dquarkus.shutdown.timeout=1m30s -jar run.jar'),
      {},
      ['Quarkus quarkus.shutdown.timeout maximum 90'],
    ],
    [
      'Micronaut',
      {},
      { MICRONAUT_LIFECYCLE_GRACEFUL_SHUTDOWN_GRACE_PERIOD: '50s' },
      ['Micronaut MICRONAUT_LIFECYCLE_GRACEFUL_SHUTDOWN_GRACE_PERIOD maximum 50'],
    ],
    [
      '.NET',
      {},
      { ASPNETCORE_SHUTDOWNTIMEOUTSECONDS: '60' },
      ['.NET ASPNETCORE_SHUTDOWNTIMEOUTSECONDS maximum 60'],
    ],
    [
      '.NET, where case does not matter',
      {},
      { DOTNET_shutdownTimeoutSeconds: '60' },
      ['.NET DOTNET_shutdownTimeoutSeconds maximum 60'],
    ],
    [
      'nginx',
      { command: ['nginx', '-g', 'daemon off; worker_shutdown_timeout 1m 30s;'] },
      {},
      ['nginx worker_shutdown_timeout maximum 90'],
    ],
    [
      "nginx by its image's entrypoint",
      { image: 'docker.io/library/nginx:1.29', args: ['nginx', '-g', 'worker_shutdown_timeout 40;'] },
      {},
      ['nginx worker_shutdown_timeout maximum 40'],
    ],
    [
      'Kong',
      {},
      { KONG_NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT: '60s' },
      ['Kong KONG_NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT maximum 60'],
    ],
    [
      'Traefik: each entry point for itself',
      args(
        '--entryPoints.web.transport.lifeCycle.requestAcceptGraceTimeout=20',
        '--entryPoints.web.transport.lifeCycle.graceTimeOut=1m',
        '--entrypoints.websecure.transport.lifecycle.gracetimeout=30s',
      ),
      {},
      [
        'Traefik transport.lifeCycle.requestAcceptGraceTimeout fixed 20',
        'Traefik transport.lifeCycle.graceTimeOut maximum 30',
        'Traefik transport.lifeCycle.graceTimeOut maximum 60',
      ],
    ],
    [
      'Traefik by its variables',
      {},
      { TRAEFIK_ENTRYPOINTS_WEB_TRANSPORT_LIFECYCLE_GRACETIMEOUT: '15' },
      ['Traefik transport.lifeCycle.graceTimeOut maximum 15'],
    ],
    [
      'ingress-nginx',
      args('/nginx-ingress-controller', '--shutdown-grace-period=20', '--post-shutdown-grace-period=5'),
      {},
      ['ingress-nginx --shutdown-grace-period fixed 20'],
    ],
    [
      "ingress-nginx by its image's entrypoint",
      {
        image: 'registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:0',
        args: ['--shutdown-grace-period', '20'],
      },
      {},
      ['ingress-nginx --shutdown-grace-period fixed 20'],
    ],
    [
      'kube-apiserver',
      command('kube-apiserver --shutdown-delay-duration=1m10s'),
      {},
      ['kube-apiserver --shutdown-delay-duration fixed 70'],
    ],
  ])('%s', (_, container, env, expected) => expect(told(container, env)).toEqual(expected));
});

describe('default', () => {
  test.each<[string, object, readonly string[]]>([
    ['gunicorn', command('gunicorn app:app'), ['gunicorn --graceful-timeout maximum 30 default']],
    ['hypercorn', command('hypercorn app:app'), ['hypercorn --graceful-timeout maximum 3 default']],
    ['Sidekiq', command('bundle exec sidekiq'), ['Sidekiq --timeout maximum 25 default']],
    [
      'Traefik by its image',
      { image: 'traefik:v3.4', args: ['--entrypoints.web.address=:80'] },
      ['Traefik transport.lifeCycle.graceTimeOut maximum 10 default'],
    ],
    [
      'a known option with an unknown value is no unknown option',
      { command: ['gunicorn', '--bind=0.0.0.0:$(PORT)', 'app:app'] },
      ['gunicorn --graceful-timeout maximum 30 default'],
    ],
  ])('%s', (_, container, expected) => expect(told(container)).toEqual(expected));

  test.each<[string, object]>([
    ['uvicorn, which waits without an end', command('uvicorn app:app')],
    ['a configuration file', command('gunicorn -c gunicorn.conf.py app:app')],
    ['an argument that nobody here knows', { command: ['gunicorn', '$(OPTIONS)', 'app:app'] }],
    ["Sidekiq's configuration file", command('sidekiq -C config/sidekiq.yml')],
    ['Spring Boot, of which no version is known', command('java -jar app.jar')],
  ])('%s: none', (_, container) => expect(told(container)).toEqual([]));
});

describe('not known', () => {
  test.each<[string, object, Env]>([
    ['a placeholder for the value', { command: ['gunicorn', '--graceful-timeout', `\${T}`, 'app:app'] }, {}],
    ['a placeholder in the option', { command: ['gunicorn', `--graceful-timeout=\${T}`, 'app:app'] }, {}],
    ['a variable that the kubelet fills in', { command: ['gunicorn', '--graceful-timeout=$(T)', 'a:a'] }, {}],
    ['a placeholder in a variable', {}, { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: `\${T}` }],
    [
      'an unknown argument does not fall back to the variable',
      args('--spring.lifecycle.timeout-per-shutdown-phase=$(T)'),
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '90s' },
    ],
    ['a variable of the script that is not there', script('exec gunicorn --graceful-timeout $T app:app'), {}],
    [
      'a variable that the script sets itself',
      script('T=20; exec gunicorn --graceful-timeout $T app:app'),
      { T: '60' },
    ],
    [
      'a variable that a sourced file may set',
      script('. ./env.sh; exec gunicorn --graceful-timeout $T app:app'),
      { T: '60' },
    ],
    ['an unknown list of options', {}, { GUNICORN_CMD_ARGS: '--graceful-timeout $(T)' }],
    ['text that is no duration', {}, { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: 'soon' }],
    ['no whole seconds', command('gunicorn --graceful-timeout 30s app:app'), {}],
    ['an option without a value', command('gunicorn app:app --graceful-timeout'), {}],
    ['a value from elsewhere', { env: [{ name: 'QUARKUS_SHUTDOWN_TIMEOUT', valueFrom: {} }] }, {}],
  ])('%s', (_, container, env) => expect(told(container, env)).toEqual([]));
});

describe('another program, or another meaning', () => {
  test.each<[string, object, Env]>([
    ['--graceful-timeout of another program', command('acme-server --graceful-timeout 60'), {}],
    ['--graceful-timeout of an unknown image', args('--graceful-timeout', '60'), {}],
    [
      '--graceful-timeout in a variable of another program',
      command('acme'),
      { OPTS: '--graceful-timeout 60' },
    ],
    ['a variable of uvicorn where gunicorn runs', command('node server.js'), uvicorn()],
    ["nginx's flag at another program", { command: ['caddy', '-g', 'worker_shutdown_timeout 40s;'] }, {}],
    [
      '--shutdown-grace-period of another image',
      { image: 'acme/web', ...args('--shutdown-grace-period=20') },
      {},
    ],
    ['-t of another program', command('bundle exec puma -t 5:5'), {}],
    ['a script in a file', { command: ['sh', 'run.sh', '--graceful-timeout', '60'] }, {}],
    ['a server in the background', script('gunicorn --graceful-timeout 60 app:app & wait'), {}],
    ['a server in a pipe', script('gunicorn --graceful-timeout 60 app:app | tee log'), {}],
    ['a server that runs when another failed', script('acme || gunicorn --graceful-timeout 60 app:app'), {}],
    ['a server in a loop', script('while true; do gunicorn --graceful-timeout 60 app:app; done'), {}],
    ['a server before another program', script('gunicorn --graceful-timeout 60 app:app; acme'), {}],
    ["Envoy's times of a hot restart", command('envoy --drain-time-s 60 --parent-shutdown-time-s 90'), {}],
    ['the time limit of a task of Celery', command('celery -A app worker --time-limit 300'), {}],
    [
      'a system property after the jar, which is for the application',
      command('java -jar app.jar -Dquarkus.shutdown.timeout=90'),
      {},
    ],
    [
      'Spring Boot without a graceful shutdown',
      {},
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '90s', SERVER_SHUTDOWN: 'immediate' },
    ],
    [
      'Spring Boot, where a placeholder says whether it is graceful',
      {},
      { SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: '90s', SERVER_SHUTDOWN: `\${SHUTDOWN}` },
    ],
    [
      'Micronaut, switched off',
      {},
      {
        MICRONAUT_LIFECYCLE_GRACEFUL_SHUTDOWN_GRACE_PERIOD: '50s',
        MICRONAUT_LIFECYCLE_GRACEFUL_SHUTDOWN_ENABLED: 'false',
      },
    ],
    [
      'a script that is longer than anyone writes',
      script(`${'true;'.repeat(3000)} exec gunicorn --graceful-timeout 60`),
      {},
    ],
    [
      'options that are longer than anyone writes',
      {},
      { GUNICORN_CMD_ARGS: `--graceful-timeout 60 ${'"'.repeat(200_001)}` },
    ],
    ['nginx without the directive', { command: ['nginx', '-g', 'daemon off;'] }, {}],
  ])('%s', (_, container, env) => expect(told(container, env)).toEqual([]));
});

function uvicorn(): Env {
  return { UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: '45' };
}

describe('where it stands', () => {
  test.each<[string, object, Env, readonly (string | number)[]]>([
    ['the value', command('gunicorn --graceful-timeout 60 app:app'), {}, ['command', 2]],
    ['option and value in one', args('gunicorn', '--graceful-timeout=60'), {}, ['args', 1]],
    ['the script', script('exec gunicorn --graceful-timeout 60 app:app'), {}, ['command', 2]],
    [
      'the variable that the script uses',
      script('exec gunicorn --graceful-timeout $T app:app'),
      { A: '1', T: '60' },
      ['env', 1, 'value'],
    ],
    ['a variable', {}, { QUARKUS_SHUTDOWN_TIMEOUT: '60' }, ['env', 0, 'value']],
    ['the program, for a default', command('poetry run gunicorn app:app'), {}, ['command', 2]],
    ["the image, for a default of its entrypoint's", { image: 'traefik:3' }, {}, ['image']],
  ])('%s', (_, container, env, path) =>
    expect(timeouts(container, env).map((timeout) => timeout.path)).toEqual([
      ['spec', 'containers', 0, ...path],
    ]),
  );

  test('each has its documentation', () => {
    const [timeout] = timeouts({}, { QUARKUS_SHUTDOWN_TIMEOUT: '60' });
    expect(timeout?.source).toBe('https://quarkus.io/guides/lifecycle#graceful-shutdown');
  });
});

describe('waitsOf', () => {
  test('adds up what one server waits, without its defaults', () => {
    const all = timeouts({}, { QUARKUS_SHUTDOWN_DELAY: '10', QUARKUS_SHUTDOWN_TIMEOUT: '20' });
    expect(waitsOf(all)).toMatchObject([{ server: 'Quarkus', fixedSeconds: 0, atMostSeconds: 30 }]);
    expect(waitsOf(timeouts(command('gunicorn app:app')))).toEqual([]);
  });

  test('entry points wait side by side', () => {
    const words = ['web', 'admin'].map((name) => `--entrypoints.${name}.transport.lifecycle.gracetimeout=30`);
    const more = '--entrypoints.web.transport.lifecycle.requestacceptgracetimeout=20';
    expect(waitsOf(timeouts({ args: [...words, more] }))).toMatchObject([
      { fixedSeconds: 20, atMostSeconds: 50, parts: [{ seconds: 30 }, { seconds: 20 }] },
      { fixedSeconds: 0, atMostSeconds: 30 },
    ]);
  });
});

describe('proxyTimeouts', () => {
  const deployment = (annotation: string): string =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        template: {
          metadata: { annotations: { 'proxy.istio.io/config': annotation } },
          spec: { containers: [{ name: 'web', image: 'web:1' }] },
        },
      },
    });

  test.each<[string, string, number | null]>([
    ['YAML', 'holdApplicationUntilProxyStarts: true\nterminationDrainDuration: 60s\n', 60],
    ['YAML in quotes', 'terminationDrainDuration: "90s"', 90],
    ['JSON', '{"terminationDrainDuration": "1m30s", "concurrency": 2}', 90],
    ['a flow map', '{ terminationDrainDuration: 45s }', 45],
    ['another setting', 'drainDuration: 60s', null],
    ['a placeholder', `terminationDrainDuration: \${DRAIN}`, null],
    ['no duration', 'terminationDrainDuration: soon', null],
  ])('%s', (_, annotation, seconds) => {
    const found = proxyTimeouts(workloadFrom(deployment(annotation)));
    expect(found.map((timeout) => timeout.seconds)).toEqual(seconds === null ? [] : [seconds]);
  });

  test('points at the annotation', () =>
    expect(proxyTimeouts(workloadFrom(deployment('terminationDrainDuration: 60s')))).toMatchObject([
      {
        server: 'istio-proxy',
        setting: 'terminationDrainDuration',
        kind: 'maximum',
        written: true,
        path: ['spec', 'template', 'metadata', 'annotations', 'proxy.istio.io/config'],
      },
    ]));
});
