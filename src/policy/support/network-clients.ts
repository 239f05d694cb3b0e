import type { Argument, Call } from '../../lifecycle/script/calls.ts';

/** What a program asks over the network, as far as its arguments tell. */
export interface Asked {
  /** Name from the tables below, never text of the change. */
  readonly program: string;
  /** Null where it is not known, and `''` where the program's own default is used: the container itself. */
  readonly hosts: readonly Argument[];
  /** Paths of HTTP requests. */
  readonly paths: readonly string[];
  /** Images of the very server that it is the client of; null for clients of anything. */
  readonly ownImages: RegExp | null;
}

interface DatabaseClient {
  readonly programs: readonly string[];
  readonly ownImages: RegExp;
  /** Options that name a host, or a list of `host:port`. */
  readonly options: readonly string[];
  /** A one-letter option whose value may follow without a space. */
  readonly attached?: string;
  readonly variable?: string;
  /** `key=value` pairs in one argument, as libpq takes them. */
  readonly pairs?: true;
}

/** The clients' own manuals; where no host is named, each of them asks its own host. */
const databases: readonly DatabaseClient[] = [
  {
    programs: ['redis-cli', 'valkey-cli', 'keydb-cli'],
    ownImages: /redis|valkey|keydb|dragonfly/,
    options: ['-h'],
  },
  {
    programs: ['pg_isready', 'psql'],
    ownImages: /postgres|postgis|timescale|pgvector|pgbouncer|pgpool|patroni|spilo|citus|cockroach|yugabyte/,
    options: ['-h', '--host'],
    attached: '-h',
    variable: 'PGHOST',
    pairs: true,
  },
  {
    programs: ['mysqladmin', 'mysql', 'mariadb-admin', 'mariadb'],
    ownImages: /mysql|mariadb|percona|galera|vitess/,
    options: ['-h', '--host'],
    attached: '-h',
  },
  { programs: ['mongosh', 'mongo'], ownImages: /mongo/, options: ['--host'] },
  {
    programs: [
      'kafka-topics',
      'kafka-broker-api-versions',
      'kafka-consumer-groups',
      'kafka-metadata-quorum',
    ].flatMap((name) => [name, `${name}.sh`]),
    ownImages: /kafka|redpanda/,
    options: ['--bootstrap-server', '--zookeeper'],
  },
  { programs: ['kcat', 'kafkacat'], ownImages: /kafka|redpanda/, options: ['-b'], attached: '-b' },
  { programs: ['clickhouse-client'], ownImages: /clickhouse/, options: ['-h', '--host'] },
  { programs: ['etcdctl'], ownImages: /etcd/, options: ['--endpoints'] },
  { programs: ['nodetool'], ownImages: /cassandra|scylla/, options: ['-h', '--host'] },
];

/** What a call asks; null where it is no client, or does not say whom. */
export function askedBy(call: Call): Asked | null {
  const socket = call.redirects.flatMap(
    (file) => /^\/dev\/(?:tcp|udp)\/([^/]+)\//.exec(file ?? '')?.[1] ?? [],
  );
  if (socket.length > 0) return { program: '/dev/tcp', hosts: socket, paths: [], ownImages: null };
  const database = databases.find(({ programs }) => programs.includes(call.program));
  if (database !== undefined) return askedByDatabaseClient(database, call);
  const hosts = others[call.program]?.(call.args) ?? [];
  if (hosts.length > 0) return { program: call.program, hosts, paths: [], ownImages: null };
  return call.program === 'curl' || call.program === 'wget' ? askedByHttpClient(call) : null;
}

function askedByDatabaseClient(client: DatabaseClient, { program, args, variables }: Call): Asked {
  const named = [
    ...valuesOf(args, client.options, client.attached),
    ...args.flatMap((arg) => hostsOfUri(arg ?? '')),
    ...(client.pairs ? args.flatMap((arg) => /(?:^|\s)host=(\S+)/.exec(arg ?? '')?.[1] ?? []) : []),
  ];
  const fromVariable = client.variable !== undefined && variables.has(client.variable);
  const fallback = fromVariable ? (variables.get(client.variable ?? '') ?? null) : '';
  const hosts = named.length > 0 ? named.flatMap((host) => host?.split(',') ?? [null]) : [fallback];
  return { program, hosts: hosts.map(hostOf), paths: [], ownImages: client.ownImages };
}

/** `-h db`, `-hdb`, `--host db`, `--host=db`. */
function valuesOf(
  args: readonly Argument[],
  options: readonly string[],
  attached: string | undefined,
): readonly Argument[] {
  return args.flatMap((arg, index) => {
    if (arg === null) return [];
    if (options.includes(arg)) return index + 1 < args.length ? [args[index + 1] ?? null] : [];
    const long = options.find((option) => arg.startsWith(`${option}=`));
    if (long !== undefined) return [arg.slice(long.length + 1)];
    return attached !== undefined && arg.startsWith(attached) ? [arg.slice(attached.length)] : [];
  });
}

/** Hosts of a URI, without the user, the password and the port. */
function hostsOfUri(text: string): readonly string[] {
  const authority = /^[a-z][a-z0-9+]*:\/\/([^/?#]*)/i.exec(text)?.[1];
  return authority === undefined ? [] : authority.replace(/^.*@/, '').split(',').map(withoutPort);
}

function withoutPort(host: string): string {
  return /^(\[[^\]]*\]|[^:]*):[^:]*$/.exec(host)?.[1] ?? host;
}

/** `db`, `db:5432`, `https://db:2379`. */
function hostOf(address: Argument): Argument {
  if (address === null) return null;
  return address.includes('://') ? (hostsOfUri(address)[0] ?? '') : withoutPort(address);
}

/** Programs that only open a connection. */
const others: Readonly<Record<string, (args: readonly Argument[]) => readonly Argument[]>> = {
  ...Object.fromEntries(
    ['nc', 'ncat', 'netcat', 'nc.openbsd', 'nc.traditional'].map((name) => [name, netcat]),
  ),
  telnet: (args) => positional(args, '').slice(0, 1),
  ping: (args) => positional(args, 'cWwis').slice(-1),
  grpc_health_probe: healthProbe,
  'grpc-health-probe': healthProbe,
};

/** `nc -z -w 2 host port`; with one word only it listens, or asks a socket. */
function netcat(args: readonly Argument[]): readonly Argument[] {
  if (args.some((arg) => arg !== null && /^-[a-zA-Z]*[lU]/.test(arg))) return [];
  const words = positional(args, 'wqiGOspxXTPI');
  return words.length >= 2 ? words.slice(0, 1) : [];
}

/** What is no option and no option's value. `takesValue`: letters of options that take the next word. */
function positional(args: readonly Argument[], takesValue: string): readonly Argument[] {
  return args.filter((arg, index) => {
    if (arg?.startsWith('-')) return false;
    const before = args[index - 1] ?? '';
    return !(/^-[a-zA-Z]+$/.test(before) && takesValue.includes(before.slice(-1)));
  });
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
