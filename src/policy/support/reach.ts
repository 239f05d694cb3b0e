import { valueAt } from '../../manifest/field-path.ts';
import { podField, type Workload } from '../../resources/workload.ts';

/** Whether a name means this machine, whoever says it. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return /^(localhost(\..+)?|127(\.\d+){1,3}|0\.0\.0\.0|::1|::|0)$/.test(bare);
}

/**
 * Where a program in the container goes. `own`: the pod itself, or a socket file; `other`: surely elsewhere;
 * `unknown`: a variable, or a placeholder.
 */
export function reachOf(workload: Workload, host: string | null): 'own' | 'other' | 'unknown' {
  if (host === null || /[$`{}%]|@@|__/.test(host)) return 'unknown';
  if (host === '' || /^[/@.]/.test(host) || isLoopback(host)) return 'own';
  if (podField(workload, 'hostname').value === host) return 'own';
  const aliases = podField(workload, 'hostAliases');
  if (aliases.from === 'unknown') return 'unknown';
  const items = Array.isArray(aliases.value) ? aliases.value : [];
  const mine = items.some((item) => {
    const names = valueAt(item, ['hostnames']);
    return isLoopback(String(valueAt(item, ['ip']))) && Array.isArray(names) && names.includes(host);
  });
  return mine ? 'own' : 'other';
}

/** What a path asks by its name; null where the name says nothing. */
export type PathKind = 'readiness' | 'dependency' | 'spring-aggregate';

const readiness = /^(is[-_]?)?read(y|yz|iness)([-_]?(check|probe))?$/;
const health = /^(health|healthz|healthcheck|status|check|checks|actuator)$/;
const dependency =
  /^(db|database|datasource|redis|cache|queue|broker|kafka|rabbit|rabbitmq|postgres|postgresql|mysql|mongo|mongodb|elasticsearch|upstreams?|downstreams?|deps)$/;

export function pathKind(path: string): PathKind | null {
  const segments = (path.split(/[?#]/)[0] ?? '')
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '');
  const last = segments.at(-1) ?? '';
  const parent = segments.at(-2) ?? '';
  if (readiness.test(last)) return 'readiness';
  if (
    last === 'dependencies' ||
    (dependency.test(last) && segments.slice(0, -1).some((each) => health.test(each)))
  )
    return 'dependency';
  return last === 'health' && parent === 'actuator' ? 'spring-aggregate' : null;
}
