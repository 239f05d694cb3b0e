import { segmentMatcher } from './path-patterns.ts';

/** A `.sourceignore` file: where it stands, and what it says. */
export interface IgnoreFile {
  readonly folder: string;
  readonly text: string;
}

interface Step {
  readonly text: string;
  readonly test: (name: string) => boolean;
}

interface Pattern {
  /** Folder of the file that states it. */
  readonly domain: readonly string[];
  readonly steps: readonly Step[];
  readonly isPath: boolean;
  readonly isInclusion: boolean;
  readonly isFolder: boolean;
}

const versionControl = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];
const defaults = [
  ...['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'],
  ...[
    '.github/',
    '.circleci/',
    '.travis.yml',
    '.gitlab-ci.yml',
    'appveyor.yml',
    '.drone.yml',
    'cloudbuild.yaml',
  ],
  ...['codeship-services.yml', 'codeship-steps.yml', '**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'],
];

/**
 * Whether Flux leaves a file out of what it takes from a repository: by its `.sourceignore` files and the source's
 * `spec.ignore`, or else by its own list.
 * https://github.com/fluxcd/pkg/blob/main/artifact/storage/archive.go: `SourceIgnoreFilter`
 */
export function sourceIgnore(files: readonly IgnoreFile[], stated: string | null): (path: string) => boolean {
  const sorted = [...files].sort((a, b) => (a.folder < b.folder ? -1 : 1));
  const own = [
    ...sorted.flatMap(({ folder, text }) => patternsIn(text, folder === '.' ? [] : folder.split('/'))),
    ...(stated === null ? [] : patternsIn(stated, [])),
  ];
  const common = versionControl.map((text) => patternOf(text, []));
  const patterns = [...common, ...(own.length > 0 ? own : defaults.map((text) => patternOf(text, [])))];
  return (path) => {
    const steps = path.split('/');
    return patterns.findLast((pattern) => matches(pattern, steps))?.isInclusion === false;
  };
}

function patternsIn(text: string, domain: readonly string[]): readonly Pattern[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('#') && line.trim() !== '');
  return lines.map((line) => patternOf(line, domain));
}

function patternOf(line: string, domain: readonly string[]): Pattern {
  const isInclusion = line.startsWith('!');
  const bare = isInclusion ? line.slice(1) : line;
  const trimmed = bare.endsWith('\\ ') ? bare : bare.replace(/ +$/, '');
  const isFolder = trimmed.endsWith('/');
  const text = isFolder ? trimmed.slice(0, -1) : trimmed;
  const steps = text.split('/').map((each): Step => ({ text: each, test: segmentMatcher(each) }));
  return { domain, steps, isPath: text.includes('/'), isInclusion, isFolder };
}

function matches(pattern: Pattern, path: readonly string[]): boolean {
  const { domain, steps, isPath, isFolder } = pattern;
  const isBelow = path.length > domain.length && domain.every((step, index) => step === path[index]);
  if (!isBelow) return false;
  const own = path.slice(domain.length);
  if (isPath) return matchesPath(pattern, own);
  // A folder's name is one that something stands below.
  return own.some((name, index) => steps[0]!.test(name) && !(isFolder && index === own.length - 1));
}

/** Step by step from the beginning; what is left of the path stands below what was matched. */
function matchesPath({ steps, isFolder }: Pattern, path: readonly string[]): boolean {
  let [at, isMatched, isSkipping] = [0, false, false];
  for (const [index, { text, test }] of steps.entries()) {
    if (text === '') isSkipping = false;
    else if (text === '**') {
      if (index === steps.length - 1) break;
      isSkipping = true;
    } else {
      if (text.includes('**') || at >= path.length) return false;
      const found = isSkipping ? path.findIndex((name, place) => place >= at && test(name)) : at;
      isMatched = found >= 0 && test(path[found]!);
      if (!isMatched && !isSkipping) return false;
      at = isMatched ? found + 1 : path.length;
      isSkipping = false;
    }
  }
  return isMatched && !(isFolder && at === path.length);
}
