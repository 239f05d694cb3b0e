import { type Container, containerField, type Workload } from '../../resources/workload.ts';
import { scriptCommand } from './script-command.ts';
import { type Variables, variablesOf, type Written, wordsOf } from './variables.ts';

/** What a container runs, as far as its command, arguments and environment say. */
export interface Invocation {
  /** Base name of the program; null where the image decides it, or nobody here can know. */
  readonly program: string | null;
  readonly args: readonly Written[];
  /** Where the program's name is written, or the arguments that its image's own entrypoint gets. */
  readonly at: Written['path'];
  /** The image's repository where the image's own entrypoint runs; else null. */
  readonly image: string | null;
  readonly variables: Variables;
}

export function invocationOf(workload: Workload, container: Container): Invocation {
  const variables = variablesOf(workload, container);
  const command = wordsOf(workload, container, 'command');
  const given = [...command, ...wordsOf(workload, container, 'args')];
  if (command.length === 0 && (given[0]?.text ?? '-').startsWith('-')) {
    const image = repositoryOf(workload, container);
    const at = given[0]?.path ?? [...container.path, 'image'];
    return { program: null, args: given, at, image, variables };
  }
  const [first, ...args] = unwrap(given, variables, 0);
  const at = first?.path ?? container.path;
  return { program: baseName(first?.text ?? null), args, at, image: null, variables };
}

/** `registry.example.com:5000/team/web:1.2@sha256:…` → `registry.example.com:5000/team/web`. */
function repositoryOf(workload: Workload, container: Container): string | null {
  const { value } = containerField(workload, container, 'image');
  return typeof value === 'string' ? value.replace(/@.*$/, '').replace(/:[^/:]*$/, '') : null;
}

function baseName(program: string | null): string | null {
  return program?.replace(/^.*[\\/]/, '').replace(/\.exe$/, '') ?? null;
}

/** Programs in programs deeper than this are left unread. */
const deepest = 10;

/** The words of the program that runs in the end, past shells and programs that only start another one. */
function unwrap(words: readonly Written[], variables: Variables, depth: number): readonly Written[] {
  const [first, ...rest] = words;
  const name = baseName(first?.text ?? null);
  if (name === null || depth > deepest) return words;
  const inner = shells.has(name) ? inShell(rest, variables) : inWrapper(name, rest);
  if (inner === null) return words;
  return unwrap(inner, variables, depth + 1);
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash']);

/** `sh -ec 'script'`; null for a script in a file. */
function inShell(words: readonly Written[], variables: Variables): readonly Written[] | null {
  for (const [index, { text }] of words.entries()) {
    if (text === 'pipefail' && words[index - 1]?.text?.endsWith('o')) continue;
    if (text === null || !/^-[a-z]+$/.test(text)) return null;
    const script = words[index + 1];
    if (text.includes('c')) return script === undefined ? null : scriptCommand(script, variables);
  }
  return null;
}

/** A program that starts the one that its last words name. */
interface Wrapper {
  /** The word of its own that stands before the program: `exec` of `bundle exec`; true: any, as a user's name. */
  readonly word?: string | true;
  /** Its options that take the next word for their value. */
  readonly valued?: readonly string[];
  /** `NAME=value` may stand before the program. */
  readonly assigns?: true;
}

const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['bundle', { word: 'exec' }],
  ['catatonit', {}],
  ['command', {}],
  ['ddtrace-run', {}],
  ['dumb-init', { valued: ['-r', '--rewrite'] }],
  ['env', { assigns: true, valued: ['-u', '-C'] }],
  ['exec', {}],
  ['gosu', { word: true }],
  ['newrelic-admin', { word: 'run-program' }],
  ['nice', { valued: ['-n'] }],
  ['nohup', {}],
  ['opentelemetry-instrument', {}],
  ['pdm', { word: 'run' }],
  ['pipenv', { word: 'run' }],
  ['poetry', { word: 'run' }],
  ['su-exec', { word: true }],
  ['tini', { valued: ['-e', '-p'] }],
  ['uv', { word: 'run' }],
]);

function inWrapper(name: string, words: readonly Written[]): readonly Written[] | null {
  if (/^python[\d.]*$/.test(name)) return afterModuleFlag(words);
  const wrapper = wrappers.get(name);
  if (wrapper === undefined) return null;
  const start = afterOptions(words, wrapper);
  if (wrapper.word === undefined) return words.slice(start);
  const own = words[start]?.text;
  return own === wrapper.word || (wrapper.word === true && own !== undefined) ? words.slice(start + 1) : null;
}

function afterOptions(words: readonly Written[], { valued = [], assigns }: Wrapper): number {
  let at = 0;
  for (let text = words[at]?.text; text !== undefined && text !== null; text = words[at]?.text) {
    if (text === '--') return at + 1;
    if (!text.startsWith('-') && !(assigns && /^\w+=/.test(text))) return at;
    at += valued.includes(text) ? 2 : 1;
  }
  return at;
}

/** `python -m gunicorn …`; null for a script. */
function afterModuleFlag(words: readonly Written[]): readonly Written[] | null {
  const flag = words.findIndex(({ text }) => text === null || !text.startsWith('-') || text === '-m');
  return words[flag]?.text === '-m' ? words.slice(flag + 1) : null;
}
