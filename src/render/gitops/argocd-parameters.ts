import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { GitOpsContext } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import { merged } from './merge.ts';
import type { InlineValues, ValuesLayer } from './release.ts';
import { type SetValue, stepsOf, valuesOfSettings } from './set-values.ts';

interface Parameters {
  readonly object: GitOpsObject;
  /** Where `parameters` and `fileParameters` stand. */
  readonly at: FieldPath;
  readonly substitute: (value: string) => string;
}

interface Parameter extends SetValue {
  /** Where its value stands in the object. */
  readonly place: FieldPath;
}

interface Set {
  readonly layers: readonly InlineValues[];
  readonly assumptions: readonly string[];
}

/** Parameters as one layer of values: Helm reads `--set` before `--set-string` before `--set-file`. */
export async function argoParameters(
  source: Parameters,
  below: readonly ValuesLayer[],
  readFile: (path: string) => Promise<string | null>,
  context: GitOpsContext,
): Promise<Set> {
  const { object, at, substitute } = source;
  const assumptions: string[] = [];
  const parameters: Parameter[] = listOf(object, [...at, 'parameters']).map(({ item, place }) => ({
    name: textOf(item.name),
    value: substitute(textOf(item.value)),
    kind: item.forceString === true ? 'string' : 'typed',
    place: [...place, 'value'],
  }));
  for (const { item, place } of listOf(object, [...at, 'fileParameters'])) {
    const path = textOf(item.path);
    const content = await readFile(path);
    if (content === null) assumptions.push(`${code(path)} sets none of these`);
    else
      parameters.push({
        name: textOf(item.name),
        value: content,
        kind: 'verbatim',
        place: [...place, 'path'],
      });
  }
  const order = ['typed', 'string', 'verbatim'];
  const readable = parameters.filter(({ name }) => {
    const steps = stepsOf(name);
    if (steps === null && name !== '') assumptions.push(`the parameter ${code(name)} sets none of these`);
    return steps !== null;
  });
  readable.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return { layers: await layerOf(readable, object, below, context), assumptions };
}

export async function layerOf(
  parameters: readonly Parameter[],
  object: GitOpsObject,
  below: readonly ValuesLayer[],
  context: GitOpsContext,
): Promise<readonly InlineValues[]> {
  if (parameters.length === 0) return [];
  const inLists = parameters.some(({ name }) => name.includes('['));
  const values = valuesOfSettings(parameters, inLists ? await merged(below, context) : {});
  if (values === null) return [];
  const places = parameters.map(({ name, place }) => ({ steps: stepsOf(name) ?? [], place }));
  return [
    {
      path: object.path,
      text: JSON.stringify(values),
      ignores: object.ignores,
      locate: (key) => {
        const own = places.findLast(
          ({ steps }) => steps.length <= key.length && steps.every((step, i) => step === key[i]),
        );
        const location = own === undefined ? null : object.manifest.locate(own.place);
        return location && { ...location, kind: 'values' };
      },
    },
  ];
}

function listOf(object: GitOpsObject, at: FieldPath) {
  const list = valueAt(object.manifest.value, at);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => (isMap(item) ? [{ item, place: [...at, index] }] : []));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);
}
