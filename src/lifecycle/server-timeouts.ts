import type { FieldPath } from '../manifest/field-path.ts';
import { type Invocation, invocationOf } from '../programs/invocation.ts';
import { oncePer } from '../resources/once.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { firstFound, flagged } from './servers/find.ts';
import type { Server, Setting } from './servers/setting.ts';
import { servers } from './servers/table.ts';

/** How long a server waits after SIGTERM, by one of its settings. */
export interface ServerTimeout {
  readonly server: string;
  /** As it is written: a flag, a property or a variable. The server's first flag for a default. */
  readonly setting: string;
  /** What of the server it is for, where each has its own: an entry point of Traefik. */
  readonly scope?: string | undefined;
  readonly seconds: number;
  /** `maximum`: at most that long, for what is under way; `fixed`: always. */
  readonly kind: 'maximum' | 'fixed';
  /** False for the server's documented default. */
  readonly written: boolean;
  readonly path: FieldPath;
  /** Its documentation. */
  readonly source: string;
}

/** What known servers are told in a container's command, arguments and environment; nothing where it is not sure. */
export const serverTimeouts = oncePer(
  (workload: Workload, container: Container): readonly ServerTimeout[] => {
    const invocation = invocationOf(workload, container);
    return servers.flatMap((server) => {
      const recognised = isRecognised(server, invocation);
      // Its variables mean nothing to another program that is known to run.
      if (!recognised && server.programs !== undefined && invocation.program !== null) return [];
      return server.settings.flatMap((setting) => timeoutsOf(server, setting, invocation, recognised));
    });
  },
);

function isRecognised({ programs = [], images }: Server, { program, image }: Invocation): boolean {
  return program === null ? images?.test(image ?? '') === true : programs.includes(program);
}

function timeoutsOf(
  { name }: Server,
  setting: Setting,
  invocation: Invocation,
  recognised: boolean,
): readonly ServerTimeout[] {
  const found = firstFound(setting.places, invocation, recognised);
  if (found.length === 0) return recognised ? defaultOf(name, setting, invocation) : [];
  if (isOff(setting, invocation, recognised)) return [];
  const { kind, source, read } = setting;
  const timeouts = found.flatMap(({ label, text, path, scope }) => {
    const seconds = text === null ? null : read(text.trim());
    const told = { setting: setting.name ?? label, scope, seconds, path };
    return seconds === null ? [] : [{ server: name, ...told, seconds, kind, written: true, source }];
  });
  const longestLast = timeouts.sort((a, b) => a.seconds - b.seconds);
  return [...new Map(longestLast.map((timeout) => [timeout.scope, timeout])).values()];
}

function isOff({ off }: Setting, invocation: Invocation, recognised: boolean): boolean {
  const found = off === undefined ? undefined : firstFound(off.places, invocation, recognised).at(-1);
  return found !== undefined && (found.text === null || off?.when.test(found.text) === true);
}

/** Not where an argument is not known, or may name a file that says otherwise. */
function defaultOf(server: string, setting: Setting, { args, at }: Invocation): readonly ServerTimeout[] {
  const { kind, otherwise, source, files = [] } = setting;
  const unknown = args.some(({ text, head }) => text === null && head === undefined);
  if (otherwise === undefined || unknown || flagged(args, files).length > 0) return [];
  const [flag = server] = setting.places.flatMap((place) => ('flags' in place ? place.flags.slice(-1) : []));
  const name = setting.name ?? flag;
  return [{ server, setting: name, seconds: otherwise, kind, written: false, path: at, source }];
}

/** What a server waits in all: its written settings, one after the other. */
export interface ServerWait {
  readonly server: string;
  readonly fixedSeconds: number;
  /** With what it waits at most. */
  readonly atMostSeconds: number;
  /** The longest first. */
  readonly parts: readonly ServerTimeout[];
}

export function waitsOf(timeouts: readonly ServerTimeout[]): readonly ServerWait[] {
  const written = timeouts.filter((timeout) => timeout.written);
  const keyOf = ({ server, scope = '' }: ServerTimeout): string => `${server} ${scope}`;
  return [...new Set(written.map(keyOf))].map((key) => {
    const parts = written.filter((part) => keyOf(part) === key).sort((a, b) => b.seconds - a.seconds);
    const fixed = parts.filter(({ kind }) => kind === 'fixed');
    return { server: parts[0]?.server ?? '', fixedSeconds: sum(fixed), atMostSeconds: sum(parts), parts };
  });
}

function sum(parts: readonly ServerTimeout[]): number {
  return parts.reduce((total, { seconds }) => total + seconds, 0);
}
