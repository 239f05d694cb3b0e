import type { Invocation } from './invocation.ts';
import { splitWords, type Written } from './written.ts';

/** One option of a Java virtual machine. */
export interface JavaOption extends Written {
  /** The environment variable it is written in, or null. */
  readonly variable: string | null;
  /** False where it depends on the image whether the option reaches the virtual machine. */
  readonly certain: boolean;
}

/**
 * The options of the container's virtual machine in the order in which it takes them: a later one wins. HotSpot reads
 * JAVA_TOOL_OPTIONS, then the command line (before which the `java` launcher puts JDK_JAVA_OPTIONS), then
 * _JAVA_OPTIONS.
 * https://docs.oracle.com/en/java/javase/21/docs/specs/jvmti.html#tooloptions
 * https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html#using-the-jdk_java_options-launcher-environment-variable
 */
export function javaOptions(invocation: Invocation): readonly JavaOption[] {
  const line = commandLine(invocation);
  const expanded = new Set(line.map(({ path }) => path));
  const conventional = conventions.flatMap(({ names, images }) => {
    const certain = runsOneOf(invocation, images);
    return names.flatMap((name) => fromVariable(invocation, name, certain));
  });
  return [
    ...fromVariable(invocation, 'JAVA_TOOL_OPTIONS', true),
    ...fromVariable(invocation, 'JDK_JAVA_OPTIONS', true),
    ...conventional.filter(({ path }) => !expanded.has(path)),
    ...line,
    ...fromVariable(invocation, '_JAVA_OPTIONS', true),
  ];
}

/** Variables that start scripts put on the command line, and what is known to have such a script. */
const conventions: readonly { readonly names: readonly string[]; readonly images: readonly string[] }[] = [
  // https://github.com/apache/tomcat/blob/11.0.0/bin/catalina.sh
  { names: ['JAVA_OPTS', 'CATALINA_OPTS'], images: ['tomcat', 'catalina.sh'] },
  { names: ['JAVA_OPTS_APPEND', 'KAFKA_HEAP_OPTS', 'ES_JAVA_OPTS', 'OPENSEARCH_JAVA_OPTS'], images: [] },
];

function runsOneOf({ program, image }: Invocation, names: readonly string[]): boolean {
  return names.includes(program ?? '') || names.includes(image?.replace(/^.*\//, '') ?? '');
}

function fromVariable({ variables }: Invocation, name: string, certain: boolean): readonly JavaOption[] {
  const variable = variables.get(name);
  if (variable === undefined) return [];
  return splitWords(variable).map((word) => ({ ...word, variable: name, certain }));
}

/** Options of the `java` launcher that take the next word for their value. */
const valued: ReadonlySet<string> = new Set([
  '-cp',
  '-classpath',
  '--class-path',
  '-p',
  '--module-path',
  '--upgrade-module-path',
  '--add-modules',
  '--add-opens',
  '--add-exports',
  '--add-reads',
  '--enable-native-access',
]);

/** What stands before the main class, the module or `-jar`: what follows is for the application. */
function commandLine({ program, args, variables }: Invocation): readonly JavaOption[] {
  if (program !== null && program !== 'java') return [];
  const options: JavaOption[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const { text, path } = args[at] ?? { text: null, path: [] };
    if (text !== null && (!/^[-@]/.test(text) || /^(-jar|-m|--module)$/.test(text))) break;
    const variable = [...variables].find(([, written]) => written.path === path)?.[0] ?? null;
    const readable = text === null || text.startsWith('@') ? null : text;
    options.push({ text: readable, path, variable, certain: program === 'java' });
    if (valued.has(text ?? '')) at += 1;
  }
  return options;
}
