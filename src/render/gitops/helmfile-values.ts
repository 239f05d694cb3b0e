import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import { ignoreCommentsOf } from '../../text/ignore-comments.ts';
import type { RevisionSide } from '../../text/location.ts';
import { folderOf, normalized } from '../paths.ts';
import { wholeLine } from '../raw/raw.ts';
import type { GitOpsContext } from './context.ts';
import { evaluated, filesOf, HelmfileProblem, listAt, type State, type StatePart } from './helmfile-state.ts';
import { templateLine } from './helmfile-templates.ts';
import { merged } from './merge.ts';
import type { InlineValues, ValuesLayer } from './release.ts';
import { type SetValue, stepsOf, valuesOfSettings } from './set-values.ts';

/** A release as a helmfile lists it in one environment. */
export interface HelmfileRelease {
  readonly value: Readonly<Record<string, unknown>>;
  readonly index: number;
  readonly part: StatePart;
  readonly state: State;
  readonly helmfile: string;
  readonly environment: string;
  /** What templates see. */
  readonly dot: Readonly<Record<string, unknown>>;
}

/** The values of a release as helmfile hands them to Helm, later ones winning. */
export async function layersOf(release: HelmfileRelease, context: GitOpsContext) {
  const { value, part } = release;
  const layers: ValuesLayer[] = [];
  const assumptions: string[] = [];
  for (const [index, entry] of [
    ...listAt(value, ['values']),
    ...listAt(value, ['valuesTemplate']),
  ].entries()) {
    if (isMap(entry)) layers.push(inlineValues(entry, release, index, context.revision));
    else {
      const found = filesOf(String(entry), part.path, context);
      if ('assumption' in found) assumptions.push(found.assumption);
      else
        for (const path of found.paths) {
          const layer = await fileLayer(path, release, context);
          if (layer !== null) layers.push(layer);
        }
    }
  }
  for (const secret of listAt(value, ['secrets']))
    assumptions.push(`${code(String(secret))} sets none of these`);
  const set = await settingsOf(value, part.path, context);
  assumptions.push(...set.assumptions);
  if (set.settings.length > 0) {
    const values = valuesOfSettings(set.settings, await merged(layers, context));
    if (values === null) assumptions.push('its `set` sets none of these');
    else
      layers.push({
        ...inlineValues(values, release, null, context.revision),
        locate: () => placeOf(part, release.index, context.revision),
      });
  }
  return { layers, assumptions };
}

/** A values file; one with templates is evaluated, and null stands for one that may be missing. */
async function fileLayer(
  path: string,
  release: HelmfileRelease,
  context: GitOpsContext,
): Promise<ValuesLayer | null> {
  const { value, state, dot } = release;
  if (context.layout.entry(path) === undefined) {
    const handler = textAt(value, 'missingFileHandler') ?? textAt(state.value, 'missingFileHandler');
    return handler !== null && handler !== 'Error' ? null : path;
  }
  if (!path.endsWith('.gotmpl')) return path;
  const source = await context.read(path);
  if (source === null) throw new HelmfileProblem(path, null, `${code(path)} cannot be read`);
  const text = await evaluated(source, path, 0, dot, context);
  return {
    path,
    text,
    ignores: ignoreCommentsOf(path, source),
    locate: (_, place) => lineAt(path, source, templateLine(source, text, place.startLine), context.revision),
  };
}

function inlineValues(
  values: Readonly<Record<string, unknown>>,
  { part, index }: HelmfileRelease,
  at: number | null,
  revision: RevisionSide,
): InlineValues {
  return {
    path: part.path,
    text: JSON.stringify(values),
    ignores: ignoreCommentsOf(part.path, '\n'.repeat(part.above) + part.source),
    locate: (key) => {
      const place = at === null ? null : part.document.locate(['releases', index, 'values', at, ...key]);
      if (place?.exact !== true) return null;
      const line = templateLine(part.source, part.text, place.startLine);
      return lineAt(part.path, part.source, line, revision, part.above);
    },
  };
}

function lineAt(path: string, source: string, line: number | null, revision: RevisionSide, above = 0) {
  if (line === null) return null;
  const text = source.split('\n')[line - 1] ?? '';
  return { path, ...wholeLine(text, above + line), revision, kind: 'values' } as const;
}

/** The line of the file where a field of a part stands. */
export function lineOf(part: StatePart, path: FieldPath): number | null {
  const place = part.document.locate(path);
  if (place === null) return null;
  const line = templateLine(part.source, part.text, place.startLine);
  return line === null ? null : part.above + line;
}

/** Where a release's `set` stands. */
function placeOf(part: StatePart, index: number, revision: RevisionSide) {
  const place = part.document.locate(['releases', index, 'set']);
  if (place?.exact !== true) return null;
  const line = templateLine(part.source, part.text, place.startLine);
  return lineAt(part.path, part.source, line, revision, part.above);
}

async function settingsOf(value: unknown, from: string, context: GitOpsContext) {
  const assumptions: string[] = [];
  const settings: SetValue[] = [];
  for (const [key, kind] of [
    ['set', 'typed'],
    ['setString', 'string'],
  ] as const) {
    for (const each of listAt(value, [key]).filter(isMap)) {
      const name = String(each.name ?? '');
      const many = each.values;
      const file = textAt(each, 'file');
      const path = file === null ? null : normalized(`${folderOf(from)}/${file}`);
      const content = path === null ? null : await context.read(path);
      if (stepsOf(name) === null || (file !== null && content === null))
        assumptions.push(`${code(name)} in its ${code(key)} sets none of these`);
      else if (content !== null) settings.push({ name, value: content, kind: 'verbatim' });
      else if (Array.isArray(many)) settings.push({ name, value: `{${many.map(String).join(',')}}`, kind });
      else settings.push({ name, value: String(each.value ?? ''), kind });
    }
  }
  return { settings, assumptions };
}

export function textAt(value: unknown, key: string): string | null {
  const found = valueAt(value, [key]);
  return typeof found === 'string' && found !== '' ? found : typeof found === 'number' ? String(found) : null;
}
