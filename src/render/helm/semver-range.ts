/** A version's numbers; `pre` is its pre-release part, empty for a release. */
interface Version {
  readonly numbers: readonly [number, number, number];
  readonly pre: string;
}

const versionForm = /^[vV=]?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const rangeForm =
  /^(=|!=|>|<|>=|=>|<=|=<|~|~>|\^)?\s*[vV]?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Whether a chart version satisfies a dependency's version, by the rules of Masterminds/semver, which Helm uses. */
export function satisfies(version: string, range: string): boolean {
  const parsed = parseVersion(version);
  if (parsed === null) return false;
  if (range.trim() === '') return parsed.pre === '';
  return range.split('||').some((alternative) => {
    const terms = termsOf(alternative);
    return terms?.every((term) => term(parsed)) === true;
  });
}

/** Negative where `a` is the older version; an unreadable version is the oldest. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return compare(left, right);
}

function parseVersion(text: string): Version | null {
  const match = versionForm.exec(text.trim());
  if (match === null) return null;
  return { numbers: [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)], pre: match[4] ?? '' };
}

function compare(a: Version, b: Version): number {
  return compareNumbers(a.numbers, b.numbers) || comparePre(a.pre, b.pre);
}

function compareNumbers(a: Version['numbers'], b: Version['numbers']): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function comparePre(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [x, y] = [left[index], right[index]];
    if (x === y) continue;
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const [numberX, numberY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (numberX && numberY) return Number(x) - Number(y);
    if (numberX !== numberY) return numberX ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

type Term = (version: Version) => boolean;

function termsOf(text: string): Term[] | null {
  const spread = text.replace(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2');
  const words = spread.match(/(?:[=!<>~^]+\s*)?[^\s,=!<>~^]+/g) ?? [];
  const terms = words.map((word) => termOf(word.trim()));
  return terms.every((term) => term !== null) ? terms : null;
}

function termOf(text: string): Term | null {
  const match = rangeForm.exec(text);
  if (match === null) return null;
  const [, operator = '', ...parts] = match;
  const given = parts.slice(0, 3).filter((part) => part !== undefined);
  const wild = given.findIndex((part) => !/^\d+$/.test(part));
  const known = (wild < 0 ? given : given.slice(0, wild)).map(Number);
  const [major = 0, minor = 0, patch = 0] = known;
  const low: Version = { numbers: [major, minor, patch], pre: parts[3] ?? '' };
  const inside = within(operator, low, known.length);
  // A range without a pre-release lets none in.
  return (version) => (version.pre === '' || low.pre !== '') && inside(version);
}

/** `known`: how many of the three numbers the range states. */
function within(operator: string, low: Version, known: number): Term {
  const from = (version: Version): boolean => compare(version, low) >= 0;
  const series = (kept: number): Term => {
    const end = ending(low, kept);
    return (version) => from(version) && (end === null || compareNumbers(version.numbers, end) < 0);
  };
  switch (operator) {
    case '!=':
      return known === 3 ? (version) => compare(version, low) !== 0 : not(series(known));
    case '>':
      return known === 3
        ? (version) => compare(version, low) > 0
        : (version) => from(version) && !series(known)(version);
    case '<':
      return (version) => compare(version, low) < 0;
    case '>=':
    case '=>':
      return from;
    case '<=':
    case '=<':
      return known === 3
        ? (version) => compare(version, low) <= 0
        : (version) => !from(version) || series(known)(version);
    case '~':
    case '~>':
      return series(Math.min(known, 2));
    case '^':
      return series(caretKept(low.numbers, known));
    default:
      return known === 3 ? (version) => compare(version, low) === 0 : series(known);
  }
}

function not(term: Term): Term {
  return (version) => !term(version);
}

/** The caret keeps everything up to the first number that is not 0. */
function caretKept([major, minor]: Version['numbers'], known: number): number {
  if (known === 0) return 0;
  if (major > 0 || known === 1) return 1;
  if (minor > 0 || known === 2) return 2;
  return 3;
}

/** The first numbers after the series that keeps so many of them; null where the series never ends. */
function ending({ numbers: [major, minor, patch] }: Version, kept: number): Version['numbers'] | null {
  if (kept === 0) return null;
  if (kept === 1) return [major + 1, 0, 0];
  return kept === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}
