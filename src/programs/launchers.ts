/** A program that starts the one that its last words name. */
interface Launcher {
  /** The word of its own that stands before the program: `exec` of `bundle exec`; true: any, as a user's name. */
  readonly word?: string | true;
  /** Its options that take the next word for their value. */
  readonly valued?: readonly string[];
  /** `NAME=value` may stand before the program. */
  readonly assigns?: true;
}

const launchers: ReadonlyMap<string, Launcher> = new Map<string, Launcher>([
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
  ['npx', { valued: ['-p', '--package'] }],
  ['opentelemetry-instrument', {}],
  ['pdm', { word: 'run' }],
  ['pipenv', { word: 'run' }],
  ['poetry', { word: 'run' }],
  ['su-exec', { word: true }],
  ['tini', { valued: ['-e', '-p'] }],
  ['uv', { word: 'run' }],
]);

/** A word's text, or null (or empty) where it is not known. */
type Text = string | null;

/** Where, in the words after a program's name, the program stands that it starts; null for what starts none. */
export function launchedAt(name: string, words: readonly Text[]): number | null {
  const launcher = launchers.get(name);
  if (launcher === undefined) return null;
  const start = afterOptions(words, launcher);
  if (launcher.word === undefined) return start;
  const own = words[start];
  return own === launcher.word || (launcher.word === true && own !== undefined) ? start + 1 : null;
}

function afterOptions(words: readonly Text[], { valued = [], assigns }: Launcher): number {
  let at = 0;
  for (let text = words[at]; text !== undefined && text !== null; text = words[at]) {
    if (text === '--') return at + 1;
    if (!text.startsWith('-') && !(assigns && /^\w+=/.test(text))) return at;
    at += valued.includes(text) ? 2 : 1;
  }
  return at;
}

/** Where the module of `python -m gunicorn …` stands; null for a script, and for any other program. */
export function moduleAt(name: string, words: readonly Text[]): number | null {
  if (!/^python[\d.]*$/.test(name)) return null;
  const flag = words.findIndex((text) => text === null || !text.startsWith('-') || text === '-m');
  return words[flag] === '-m' ? flag + 1 : null;
}
