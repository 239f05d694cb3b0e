import type { Call } from '../../programs/calls.ts';
import type { Argument } from '../../programs/shells.ts';
import { type Asked, hostOf, hostsOfUri, positional, valuesOf } from './client-arguments.ts';
import { askedByDatabaseClient } from './database-clients.ts';

/** What a call asks; null where it is no client, or does not say whom. */
export function askedBy(call: Call): Asked | null {
  const socket = call.redirects.flatMap(
    (file) => /^\/dev\/(?:tcp|udp)\/([^/]+)\//.exec(file ?? '')?.[1] ?? [],
  );
  if (socket.length > 0) return { program: '/dev/tcp', hosts: socket, paths: [], ownImages: null };
  const database = askedByDatabaseClient(call);
  if (database !== null) return database;
  const hosts = others.get(call.program)?.(call.args) ?? [];
  if (hosts.length > 0) return { program: call.program, hosts, paths: [], ownImages: null };
  return call.program === 'curl' || call.program === 'wget' ? askedByHttpClient(call) : null;
}

/** Programs that only open a connection. */
const others: ReadonlyMap<string, (args: readonly Argument[]) => readonly Argument[]> = new Map([
  ...['nc', 'ncat', 'netcat', 'nc.openbsd', 'nc.traditional'].map((name) => [name, netcat] as const),
  ...['grpc_health_probe', 'grpc-health-probe'].map((name) => [name, healthProbe] as const),
  ['telnet', (args) => positional(args, '').slice(0, 1)],
  ['ping', (args) => positional(args, 'cWwis').slice(-1)],
]);

/** `nc -z -w 2 host port`; with one word only it listens, or asks a socket. */
function netcat(args: readonly Argument[]): readonly Argument[] {
  if (args.some((arg) => arg !== null && /^-[a-zA-Z]*[lU]/.test(arg))) return [];
  const words = positional(args, 'wqiGOspxXTPI');
  return words.length >= 2 ? words.slice(0, 1) : [];
}

function healthProbe(args: readonly Argument[]): readonly Argument[] {
  return valuesOf(args, ['-addr', '--addr'], undefined).map(hostOf);
}

/** Options of curl and wget whose value may look like an address and is none that is asked. */
const notAsked = new Set([
  ...['-A', '-b', '-d', '-e', '-F', '-H', '-o', '-O', '-T', '-U', '-x'],
  ...['--data', '--header', '--output', '--proxy', '--referer', '--user-agent'],
]);
const elsewhere = /^--(unix-socket|abstract-unix-socket|resolve|connect-to)(=|$)/;

function askedByHttpClient({ program, args }: Call): Asked | null {
  if (args.some((arg) => arg !== null && elsewhere.test(arg))) return null;
  const urls = args.filter(
    (arg, index) => /^https?:\/\//i.test(arg ?? '') && !notAsked.has(args[index - 1] ?? ''),
  );
  if (urls.length === 0) return null;
  return {
    program,
    hosts: urls.flatMap((url) => hostsOfUri(url ?? '')),
    paths: urls.map((url) => /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url ?? '')?.[1] ?? ''),
    ownImages: null,
  };
}
