import type { ImageName } from '../programs/image.ts';
import type { Command } from '../programs/started.ts';
import type { RuntimeName } from './environment.ts';

/** What a program says of the container it is the main program of; null where its arguments say otherwise. */
type ProgramSays = RuntimeName | ((args: readonly string[]) => RuntimeName | null);

/** The first argument that is no option is one of these. */
function given(runtime: RuntimeName, ...words: readonly string[]): ProgramSays {
  return (args) => (words.includes(args.find((each) => !each.startsWith('-')) ?? '') ? runtime : null);
}

function anywhere(runtime: RuntimeName, ...words: readonly string[]): ProgramSays {
  return (args) => (args.some((each) => words.includes(each)) ? runtime : null);
}

const programs = new Map<string, ProgramSays>([
  ...of('jvm', 'java', 'catalina.sh', 'kc.sh', 'standalone.sh'),
  ...of('database', 'postgres', 'mysqld', 'mariadbd', 'mongod', 'mongos', 'redis-server', 'valkey-server'),
  ...of('database', 'memcached', 'etcd', 'cockroach', 'clickhouse-server', 'rabbitmq-server'),
  ...of('ml-inference', 'tritonserver', 'text-generation-launcher', 'text-embeddings-router', 'torchserve'),
  ['tensorflow_model_server', 'ml-inference'],
  ['sglang', given('ml-inference', 'sglang.launch_server')],
  [
    'vllm',
    given('ml-inference', 'serve', 'vllm.entrypoints.openai.api_server', 'vllm.entrypoints.api_server'),
  ],
  ['ollama', given('ml-inference', 'serve')],
  ['mlserver', given('ml-inference', 'start')],
  ...of('web', 'gunicorn', 'uvicorn', 'hypercorn', 'daphne', 'waitress-serve', 'uwsgi', 'puma', 'unicorn'),
  ...of('web', 'nginx', 'openresty', 'httpd', 'httpd-foreground', 'apache2-foreground', 'caddy', 'php-fpm'),
  ['rails', given('web', 'server', 's')],
  ['flask', anywhere('web', 'run')],
  ['next', given('web', 'start')],
  ['celery', anywhere('worker', 'worker')],
  ['rq', anywhere('worker', 'worker')],
  ...of('worker', 'sidekiq', 'resque'),
  ['php', anywhere('worker', 'queue:work')],
]);

function of(runtime: RuntimeName, ...names: readonly string[]): readonly (readonly [string, ProgramSays])[] {
  return names.map((name) => [name, runtime]);
}

export function programSays([name = '', ...args]: Command): RuntimeName | null {
  const says = programs.get(name) ?? null;
  return typeof says === 'function' ? says(args) : says;
}

/** Programs that serve HTTP in one container and do anything else in the next. */
const general = new Set('bun deno dotnet node npm php pnpm python python3 ruby yarn'.split(' '));

export function isGeneral([name = '']: Command): boolean {
  return general.has(name);
}

/** A name with one of these is of something around a server, not of the server itself. */
const around = new Set(
  'agent build builder cli client docs exporter init installer migrate migration operator test tests tool tools ui'.split(
    ' ',
  ),
);

/** Words of image names whose program runs on a JVM: base images, servlet containers, Spring. */
const jvmWord =
  /^(?:(?:adopt)?openjdk|jdk|jre|(?:eclipse)?temurin|(?:amazon)?corretto|sapmachine|semeru|liberica|zulu)\d*$|^(?:tomcat|tomee|jetty|wildfly|payara|spring|springboot)\d*$|^java\d+$/;

/** In a tag the server's name may be anything's, so only the JVM itself counts. */
const jvmTagWord = /^(?:openjdk|jdk|jre|temurin|corretto)\d*$|^java\d+$/;

/** Servers on a JVM by their whole name: their names begin those of other things too. */
const jvmServers = new Set(['jenkins', 'keycloak', 'open-liberty', 'websphere-liberty']);

const stores = new Set(
  `cassandra clickhouse clickhouse-server cockroach couchbase couchdb cp-kafka cp-server cp-zookeeper dragonfly
  elasticsearch etcd influxdb kafka keydb mariadb mariadb-galera memcached mongo mongodb mongodb-community-server
  mysql mysql-server neo4j opensearch percona-server pgvector postgis postgres postgresql postgresql-repmgr
  rabbitmq redis redis-cluster redis-stack redis-stack-server scylla solr timescaledb valkey zookeeper`.split(
    /\s+/,
  ),
);

const modelServers =
  /^(?:vllm|vllm-openai|tritonserver|text-generation-inference|text-embeddings-inference|torchserve|ollama|mlserver|sglang|lmdeploy|djl-serving)$|^(?:pytorch|tensorflow|huggingface)(?:-[a-z]+)*-inference(?:-|$)/;

const webServers = new Set(['aspnet', 'caddy', 'httpd', 'nginx', 'nginx-unprivileged', 'openresty']);

/** What an image's name says; null for everything that is not convincing. */
export function imageSays(image: ImageName): RuntimeName | null {
  const { name, path } = image;
  if (stores.has(name) || path.endsWith('mssql/server')) return 'database';
  if (modelServers.test(name) || path.endsWith('tensorflow/serving')) return 'ml-inference';
  if (webServers.has(name)) return 'web';
  const isServer = jvmServers.has(name) || path.endsWith('distroless/java');
  return isServer || isJvm(image) ? 'jvm' : null;
}

function isJvm(image: ImageName): boolean {
  const { words, tagWords } = image;
  if (words.some((word) => around.has(word)) || isNative(image)) return false;
  return words.some((word) => jvmWord.test(word)) || tagWords.some((word) => jvmTagWord.test(word));
}

/** Compiled ahead of time: no JVM has to warm up. */
export function isNative({ words, tagWords }: ImageName): boolean {
  return words.includes('native') || tagWords.includes('native');
}

export function isDotnetImage({ path }: ImageName): boolean {
  return /(?:^|\/)(?:dotnet|windows\/servercore\/iis)(?:\/|$)|(?:^|\/)aspnet$/.test(path);
}

const jvmOptions = new Set([
  'CATALINA_OPTS',
  'JAVA_OPTS',
  'JAVA_OPTS_APPEND',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JVM_OPTS',
  '_JAVA_OPTIONS',
]);

/** What the name of an environment variable says: an option of any JVM, a setting of Spring or of ASP.NET Core. */
export function envSays(name: string): 'jvm' | 'spring' | 'dotnet' | null {
  if (jvmOptions.has(name)) return 'jvm';
  if (name.startsWith('SPRING_')) return 'spring';
  return name.startsWith('ASPNETCORE_') ? 'dotnet' : null;
}
