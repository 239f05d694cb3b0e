import type { Call } from '../../programs/calls.ts';
import { type Asked, hostOf, hostsOfUri, valuesOf } from './client-arguments.ts';

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

/** Null where the call is no client of a database. */
export function askedByDatabaseClient({ program, args, variables }: Call): Asked | null {
  const client = databases.find(({ programs }) => programs.includes(program));
  if (client === undefined) return null;
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
