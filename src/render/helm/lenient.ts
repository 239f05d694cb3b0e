import type { HelmError, UnknownEvent, Unknowns } from '../../engines/helm.ts';
import { quietKinds } from '../../manifest/objects.ts';
import { chartFile } from '../layout.ts';
import type { ChartInput } from './chart-input.ts';
import type { ChartDependency } from './chart-metadata.ts';
import type { ReleaseRequest, Trouble } from './release.ts';

/** Whether a chart that Helm gives up on may be rendered with what is not known left open. */
export function mayRenderLeniently({ reason }: HelmError): boolean {
  return reason === 'render-failed' || reason === 'missing-dependency';
}

export function missingDependency(
  { name, version, repository }: ChartDependency,
  { folder }: ChartInput,
): Trouble {
  const source = [version, repository].filter((part) => part !== '').join(' of ');
  return {
    path: chartFile(folder),
    reason: 'missing-dependency',
    detail: `The dependency ${name}${source === '' ? '' : ` (${source})`} is not in the repository.`,
    line: null,
  };
}

/** Files named in one sentence; more than this many only count. */
const named = 3;

/** What a lenient render lacks: why it does not render as it stands, and what of it nobody can see. */
export function lackingIn(
  unknown: Unknowns | undefined,
  troubles: readonly Trouble[],
  { input }: ReleaseRequest,
): Trouble[] {
  if (unknown === undefined) return [...troubles];
  const why = troubles.map((trouble) => ({ ...trouble, detail: `${sentence(trouble.detail)} ${rest}` }));
  const files = unseenFiles(unknown.events);
  if (files.length === 0) return why;
  const paths = new Map(input.files.map(({ path, repositoryPath }) => [path, repositoryPath ?? path]));
  const shown = files.map((file) => paths.get(file) ?? file);
  const list = shown.slice(0, named).join(', ');
  const more = shown.length > named ? ` and ${shown.length - named} more` : '';
  const reason = troubles[0]?.reason ?? 'render-failed';
  const path = input.files.find((file) => file.path === files[0])?.repositoryPath ?? chartFile(input.folder);
  const detail = `Which objects come of ${list}${more} depends on what is not known.`;
  return [...why, { path, reason, detail, line: null }];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const rest = 'What does not depend on it was checked.';

/** Whether objects that the rules look for may be there without showing. */
export function mayHideObjects({ open, events }: Unknowns): boolean {
  return open || events.some(hidesKinds);
}

function hidesKinds({ kind, detail }: UnknownEvent): boolean {
  return kind === 'undecided-kinds' && detail.split(',').some((each) => each !== '' && !quietKinds.has(each));
}

const unseen: ReadonlySet<UnknownEvent['kind']> = new Set(['left-out', 'unreadable', 'undecided-objects']);

function unseenFiles(events: readonly UnknownEvent[]): readonly string[] {
  const files = events.flatMap((event) =>
    event.file !== null && (unseen.has(event.kind) || hidesKinds(event)) ? [event.file] : [],
  );
  return [...new Set(files)].filter((file) => !file.endsWith('NOTES.txt')).sort();
}
