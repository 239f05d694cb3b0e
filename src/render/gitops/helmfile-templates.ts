/** A text of helmfile's in the language of the Helm engine, or why it is not understood, at a line. */
export type Translated = { readonly text: string } | { readonly problem: string; readonly line: number };

/** Functions that reach out of the text: programs, files, secret stores; and those that mean something else to Helm. */
const outside =
  /(?:^|[\s(|{])(exec|envExec|readFile|readDir|readDirEntries|isFile|isDir|fetchSecretValue|expandSecretRefs|setValueAtPath|include|tpl|expandenv)\b(?!\s*:)/;
const variable = /\b(?:requiredEnv|env)\s+("(?:[^"\\]|\\.)*"|`[^`]*`)/g;
const deciding =
  /^(?:-\s+)?(?:if|else\s+if|with|range|else\s+with)\b|\b(?:eq|ne|lt|le|gt|ge|and|or|not|ternary|empty|coalesce|contains|hasPrefix|hasSuffix|regexMatch|has|hasKey)\b/;

/** A comment, or an expression; no text of either can be read in two ways, which would take time without end. */
const action =
  /\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}|\{\{-?(?:`[^`]*`|"(?:[^"\\\n]|\\.)*"|(?!-?\}\})[^`"])*-?\}\}/g;

/**
 * Rewrites what helmfile's functions mean: `requiredEnv "X"` and `env "X"` become the text `${X}`, which nobody knows;
 * `get "a.b"` becomes Sprig's `dig`. What would decide something by an unknown, or reach out of the text, is a problem.
 */
export function translated(source: string): Translated {
  let problem: { readonly problem: string; readonly line: number } | null = null;
  const text = source.replace(action, (whole, at: number) => {
    const inner = whole.replace(/^\{\{-?\s*|\s*-?\}\}$/g, '');
    if (inner.startsWith('/*')) return whole;
    const plain = inner.replace(/`[^`]*`|"(?:[^"\\\n]|\\.)*"/g, '""');
    const line = source.slice(0, at).split('\n').length;
    const reaching = outside.exec(plain)?.[1];
    if (reaching !== undefined) problem ??= { problem: `it uses ${reaching}`, line };
    const asks = /\b(requiredEnv|env)\b/.test(plain);
    if (asks && deciding.test(plain))
      problem ??= { problem: 'an environment variable decides what it says', line };
    return withDig(asks ? whole.replace(variable, (_, name: string) => placeholder(name)) : whole);
  });
  return problem ?? { text };
}

function placeholder(quoted: string): string {
  return JSON.stringify(`\${${quoted.slice(1, -1).replace(/[^\w]/g, '_')}}`);
}

/** `get "a.b" x` and `getOrNil "a.b" x` as calls of `dig`, with a default where none is stated. */
function withDig(action: string): string {
  return action.replace(
    /(\|\s*)?\b(get|getOrNil)\s+"([^"\\\n]+)"((?:\s+(?:"(?:[^"\\]|\\.)*"|\([^()]*\)|[^\s|(){}"]+))*)/g,
    (_, pipe: string | undefined, name: string, path: string, rest: string) => {
      const operands = rest.match(/"(?:[^"\\]|\\.)*"|\([^()]*\)|[^\s|(){}"]+/g) ?? [];
      const keys = path.split('.').map((key) => JSON.stringify(key));
      const hasDefault = operands.length === (pipe === undefined ? 2 : 1);
      const fallback = hasDefault ? [] : [name === 'getOrNil' ? 'nil' : '"<no value>"'];
      return `${pipe ?? ''}${['dig', ...keys, ...fallback, ...operands].join(' ')}`;
    },
  );
}

/** A value that is asked for and stands nowhere in the repository is unknown. */
export function withPlaceholders(text: string): string {
  return text.replaceAll('<no value>', `$${'{NOT_SET}'}`);
}

/**
 * The line of a template that gave a line of its text: the same one where nothing was added above it, else the only one
 * that sets the same key. Lines count from 1.
 */
export function templateLine(template: string, text: string, line: number): number | null {
  const wanted = text.split('\n')[line - 1];
  const lines = template.split('\n');
  if (wanted === undefined || wanted === lines[line - 1]) return wanted === undefined ? null : line;
  const key = keyOf(wanted);
  if (key === null) return null;
  if (keyOf(lines[line - 1] ?? '') === key) return line;
  const same = lines.flatMap((each, index) => (keyOf(each) === key ? [index + 1] : []));
  return same.length === 1 ? same[0]! : null;
}

function keyOf(line: string): string | null {
  return /^\s*(?:- )*("[^"]*"|'[^']*'|[\w./-]+):(\s|$)/.exec(line)?.[1] ?? null;
}
