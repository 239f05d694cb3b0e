/** Functions that print the value they are given, in whatever quotes, indentation or form. */
const printing: ReadonlySet<string> = new Set([
  'quote',
  'squote',
  'toString',
  'int',
  'int64',
  'float64',
  'default',
  'required',
  'trim',
  'toYaml',
  'mustToYaml',
  'toYamlPretty',
  'toJson',
  'mustToJson',
  'toRawJson',
  'indent',
  'nindent',
]);

/** The keys below `.Values` that an action such as `.Values.a.b | quote` prints; null for any other action. */
export function valuesAction(action: string): readonly string[] | null {
  const inner = action
    .trim()
    .replace(/^\{\{-?\s*/, '')
    .replace(/\s*-?\}\}$/, '');
  const tokens = tokenize(inner);
  return tokens === null ? null : pipeline(tokens);
}

const token = /\s*("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'|[()|]|[^\s()|"`']+)/y;

function tokenize(text: string): string[] | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (match === null) return null;
    tokens.push(match[1]!);
  }
  return tokens;
}

function pipeline(tokens: readonly string[]): readonly string[] | null {
  const [first, ...pipes] = splitPipes(tokens);
  if (first === undefined || !pipes.every(([name]) => name !== undefined && printing.has(name))) return null;
  return command(first);
}

function splitPipes(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const item of tokens) {
    if (item === '(') depth += 1;
    if (item === ')') depth -= 1;
    if (item === '|' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(item);
  }
  return parts;
}

function command(tokens: readonly string[]): readonly string[] | null {
  const [head, ...rest] = tokens;
  if (head === undefined) return null;
  if (head === '(') return enclosed(tokens);
  if (head === 'index') return indexed(rest);
  if (printing.has(head)) return rest.length === 0 ? null : lastArgument(rest);
  return rest.length === 0 ? chain(head) : null;
}

function enclosed(tokens: readonly string[]): readonly string[] | null {
  const open = openingOfLast(tokens);
  return open === 0 ? pipeline(tokens.slice(1, -1)) : null;
}

function lastArgument(tokens: readonly string[]): readonly string[] | null {
  const open = openingOfLast(tokens);
  return open === null ? chain(tokens.at(-1)!) : pipeline(tokens.slice(open + 1, -1));
}

/** Where the parenthesis opens that the last token closes; null where the last token closes none. */
function openingOfLast(tokens: readonly string[]): number | null {
  if (tokens.at(-1) !== ')') return null;
  let depth = 0;
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    if (tokens[at] === ')') depth += 1;
    if (tokens[at] === '(') depth -= 1;
    if (depth === 0) return at;
  }
  return null;
}

function indexed([base, ...keys]: readonly string[]): readonly string[] | null {
  const start = base === undefined ? null : (chain(base, true) ?? null);
  if (start === null || keys.length === 0 || !keys.every((key) => /^"[^"\\]*"$/.test(key))) return null;
  return [...start, ...keys.map((key) => key.slice(1, -1))];
}

function chain(text: string, bare = false): readonly string[] | null {
  const match = /^\$?\.Values((?:\.[A-Za-z_]\w*)*)$/.exec(text);
  if (match === null) return null;
  const keys = match[1]!.split('.').slice(1);
  return keys.length > 0 || bare ? keys : null;
}
