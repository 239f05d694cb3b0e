import { formatFieldPath } from '../manifest/field-path.ts';
import { isMap } from '../manifest/is-map.ts';
import { isPlaceholder } from '../manifest/manifest.ts';
import { literalVariables } from '../programs/written.ts';
import { oncePer } from '../resources/once.ts';
import { readField, readNumber } from '../resources/resource.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { anyTime, type Bound, exactly } from './bound.ts';
import { commandSpan } from './script/run.ts';
import { windowsSpan } from './script/windows.ts';

export type HookKind = 'preStop' | 'postStart';

const handlers = ['exec', 'httpGet', 'sleep', 'tcpSocket'] as const;

/** How long a hook takes; `unknown` when a placeholder stands in it. */
export function hookDuration(
  workload: Workload,
  container: Container,
  kind: HookKind,
): Bound | 'absent' | 'unknown' {
  return durations[kind](workload, container);
}

/** Reading a script costs, and many rules ask. */
const durations = {
  preStop: oncePer((workload: Workload, container: Container) => duration(workload, container, 'preStop')),
  postStart: oncePer((workload: Workload, container: Container) =>
    duration(workload, container, 'postStart'),
  ),
};

function duration(workload: Workload, container: Container, kind: HookKind): Bound | 'absent' | 'unknown' {
  const hook = containerField(workload, container, 'lifecycle', kind);
  if (hook.from === 'unknown') return 'unknown';
  if (!isMap(hook.value)) return 'absent';
  const fields = handlers.map((name) => readField(workload.resource, [...hook.path, name]));
  if (fields.some((field) => field.from === 'unknown')) return 'unknown';
  const [field, ...more] = fields.filter((each) => isMap(each.value));
  // No handler, or several: the API server refuses it.
  if (field === undefined || more.length > 0) return 'unknown';
  const from = formatFieldPath(field.path);
  switch (field.path.at(-1)) {
    case 'sleep':
      return sleepAction(workload, field.path, from);
    case 'exec':
      return execAction(workload, container, field.path, from);
    case 'httpGet':
      return anyTime(from);
    default:
      // The kubelet has no tcpSocket hook: it fails at once.
      return exactly(0, from);
  }
}

function sleepAction(
  workload: Workload,
  path: readonly (string | number)[],
  from: string,
): Bound | 'unknown' {
  const seconds = readNumber(workload.resource, [...path, 'seconds']);
  const value = seconds.value ?? 0;
  if (seconds.from === 'unknown' || !Number.isSafeInteger(value) || value < 0) return 'unknown';
  return exactly(value, from);
}

function execAction(
  workload: Workload,
  container: Container,
  path: readonly (string | number)[],
  from: string,
): Bound | 'unknown' {
  const command = readField(workload.resource, [...path, 'command']);
  if (command.from === 'unknown') return 'unknown';
  const argv = Array.isArray(command.value) ? command.value : [];
  if (argv.some(isPlaceholder)) return 'unknown';
  if (argv.length === 0 || !argv.every((item) => typeof item === 'string')) return anyTime(from);
  // Workloads have the same few commands; one that names no variable means the same in all of them.
  const span = argv.some((word) => word.includes('$'))
    ? spanOf(argv, literalVariables(workload, container))
    : plainSpan(argv);
  return { ...span, from };
}

type Span = ReturnType<typeof commandSpan>;

function spanOf(argv: readonly string[], variables: Parameters<typeof commandSpan>[1]): Span {
  return windowsSpan(argv) ?? commandSpan(argv, variables);
}

const mostSpans = 1000;
const plainSpans = new Map<string, Span>();

function plainSpan(argv: readonly string[]): Span {
  const key = JSON.stringify(argv);
  let span = plainSpans.get(key);
  if (span === undefined) {
    span = spanOf(argv, new Map());
    if (plainSpans.size >= mostSpans) plainSpans.clear();
    plainSpans.set(key, span);
  }
  return span;
}
