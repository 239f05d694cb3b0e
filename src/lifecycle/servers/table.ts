// What known servers do between SIGTERM and their end, and where that is set. Left out, because nothing that waits is
// set in a container's environment or arguments: Envoy (--drain-time-s and --parent-shutdown-time-s belong to hot
// restarts and listener updates: https://www.envoyproxy.io/docs/envoy/latest/operations/cli), Puma, Apache, HAProxy,
// Caddy and CoreDNS (configuration files), Node.js and Go (code), Celery (waits for its tasks, whatever they take).
import {
  goDuration,
  goDurationOrSeconds,
  micronautDuration,
  nginxTime,
  quarkusDuration,
  springDuration,
  wholeSeconds,
} from './durations.ts';
import type { Server } from './setting.ts';

/** A directive among others: `daemon off; worker_shutdown_timeout 30s;`. */
function workerShutdownTimeout(directives: string): number | null {
  const [, time] =
    directives
      .split(';')
      .map((directive) => /^worker_shutdown_timeout\s(.*)$/s.exec(directive.trim()))
      .findLast((match) => match !== null) ?? [];
  return time === undefined ? null : nginxTime(time.trim());
}

export const servers: readonly Server[] = [
  {
    name: 'gunicorn',
    programs: ['gunicorn'],
    settings: [
      {
        kind: 'maximum',
        places: [
          { flags: ['--graceful-timeout'] },
          { flags: ['--graceful-timeout'], inVariable: 'GUNICORN_CMD_ARGS' },
        ],
        read: wholeSeconds,
        otherwise: 30,
        files: ['-c', '--config'],
        source: 'https://docs.gunicorn.org/en/stable/settings.html#graceful-timeout',
      },
    ],
  },
  {
    name: 'uvicorn',
    programs: ['uvicorn'],
    settings: [
      {
        kind: 'maximum',
        places: [
          { flags: ['--timeout-graceful-shutdown'] },
          { variable: /^UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN$/ },
        ],
        read: wholeSeconds,
        source: 'https://www.uvicorn.org/settings/#timeouts',
      },
    ],
  },
  {
    name: 'hypercorn',
    programs: ['hypercorn'],
    settings: [
      {
        kind: 'maximum',
        places: [{ flags: ['--graceful-timeout'] }],
        read: wholeSeconds,
        otherwise: 3,
        files: ['-c', '--config'],
        source: 'https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html',
      },
    ],
  },
  {
    name: 'Sidekiq',
    programs: ['sidekiq'],
    settings: [
      {
        kind: 'maximum',
        places: [{ flags: ['-t', '--timeout'] }],
        read: wholeSeconds,
        otherwise: 25,
        files: ['-C', '--config'],
        source: 'https://github.com/sidekiq/sidekiq/wiki/Signals#term',
      },
    ],
  },
  {
    // Graceful by default since 3.4, before that with server.shutdown=graceful: which one runs is not known.
    name: 'Spring Boot',
    settings: [
      {
        kind: 'maximum',
        places: [
          { argument: /^--spring\.lifecycle\.timeout-?per-?shutdown-?phase=/i },
          { property: 'spring.lifecycle.timeout-per-shutdown-phase' },
          { variable: /^SPRING_LIFECYCLE_TIMEOUT_?PER_?SHUTDOWN_?PHASE$/ },
        ],
        read: springDuration,
        off: {
          places: [
            { argument: /^--server\.shutdown=/ },
            { property: 'server.shutdown' },
            { variable: /^SERVER_SHUTDOWN$/ },
          ],
          when: /^immediate$/i,
        },
        source: 'https://docs.spring.io/spring-boot/reference/web/graceful-shutdown.html',
      },
    ],
  },
  {
    name: 'Quarkus',
    settings: [
      {
        // Waits always, but only in an application that was built with quarkus.shutdown.delay-enabled.
        kind: 'maximum',
        places: [{ property: 'quarkus.shutdown.delay' }, { variable: /^QUARKUS_SHUTDOWN_DELAY$/ }],
        read: quarkusDuration,
        source: 'https://quarkus.io/guides/lifecycle#graceful-shutdown',
      },
      {
        kind: 'maximum',
        places: [{ property: 'quarkus.shutdown.timeout' }, { variable: /^QUARKUS_SHUTDOWN_TIMEOUT$/ }],
        read: quarkusDuration,
        source: 'https://quarkus.io/guides/lifecycle#graceful-shutdown',
      },
    ],
  },
  {
    name: 'Micronaut',
    settings: [
      {
        kind: 'maximum',
        places: [
          { property: 'micronaut.lifecycle.graceful-shutdown.grace-period' },
          { variable: /^MICRONAUT_LIFECYCLE_GRACEFUL_SHUTDOWN_GRACE_PERIOD$/ },
        ],
        read: micronautDuration,
        off: {
          places: [
            { property: 'micronaut.lifecycle.graceful-shutdown.enabled' },
            { variable: /^MICRONAUT_LIFECYCLE_GRACEFUL_SHUTDOWN_ENABLED$/ },
          ],
          when: /^false$/i,
        },
        source:
          'https://docs.micronaut.io/latest/api/io/micronaut/runtime/graceful/GracefulShutdownConfiguration.html',
      },
    ],
  },
  {
    // Its default is 30 s since .NET 6 and was 5 s before: which one runs is not known.
    name: '.NET',
    settings: [
      {
        kind: 'maximum',
        places: [{ variable: /^(ASPNETCORE|DOTNET)_SHUTDOWNTIMEOUTSECONDS$/i }],
        read: wholeSeconds,
        source: 'https://learn.microsoft.com/aspnet/core/fundamentals/host/generic-host#shutdowntimeout',
      },
    ],
  },
  {
    name: 'nginx',
    programs: ['nginx', 'openresty'],
    images: /(^|\/)(nginx|nginx-unprivileged|openresty)$/,
    settings: [
      {
        name: 'worker_shutdown_timeout',
        kind: 'maximum',
        places: [{ flags: ['-g'] }],
        read: workerShutdownTimeout,
        source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
      },
    ],
  },
  {
    name: 'Kong',
    settings: [
      {
        kind: 'maximum',
        places: [{ variable: /^KONG_NGINX_MAIN_WORKER_SHUTDOWN_TIMEOUT$/ }],
        read: nginxTime,
        source: 'https://developer.konghq.com/gateway/nginx-directives/',
      },
    ],
  },
  {
    name: 'Traefik',
    programs: ['traefik'],
    images: /(^|\/)traefik$/,
    settings: [
      {
        name: 'transport.lifeCycle.requestAcceptGraceTimeout',
        kind: 'fixed',
        places: [
          {
            argument: /^--?entrypoints\.(?<scope>[^.=]+)\.transport\.lifecycle\.requestacceptgracetimeout=/i,
          },
          { variable: /^TRAEFIK_ENTRYPOINTS_(?<scope>\w+)_TRANSPORT_LIFECYCLE_REQUESTACCEPTGRACETIMEOUT$/ },
        ],
        read: goDurationOrSeconds,
        source: 'https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/',
      },
      {
        name: 'transport.lifeCycle.graceTimeOut',
        kind: 'maximum',
        places: [
          { argument: /^--?entrypoints\.(?<scope>[^.=]+)\.transport\.lifecycle\.gracetimeout=/i },
          { variable: /^TRAEFIK_ENTRYPOINTS_(?<scope>\w+)_TRANSPORT_LIFECYCLE_GRACETIMEOUT$/ },
        ],
        read: goDurationOrSeconds,
        otherwise: 10,
        files: ['--configfile', '--configFile'],
        source: 'https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/',
      },
    ],
  },
  {
    // After --post-shutdown-grace-period nginx is gone already: nothing is lost when that is cut short.
    name: 'ingress-nginx',
    programs: ['nginx-ingress-controller'],
    images: /(^|\/)ingress-nginx\/controller(-chroot)?$/,
    settings: [
      {
        kind: 'fixed',
        places: [{ flags: ['--shutdown-grace-period'] }],
        read: wholeSeconds,
        source: 'https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/',
      },
    ],
  },
  {
    name: 'kube-apiserver',
    programs: ['kube-apiserver'],
    settings: [
      {
        kind: 'fixed',
        places: [{ flags: ['--shutdown-delay-duration'] }],
        read: goDuration,
        source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/',
      },
    ],
  },
];
