import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { code } from '../../text/escape.ts';
import type { SourcePart } from './argocd-source.ts';
import type { GitOpsContext } from './context.ts';
import type { GitOpsObject } from './inline-values.ts';
import { merged } from './merge.ts';
import type { InlineValues, ValuesLayer } from './release.ts';
import { type SetValue, stepsOf, valuesOfSettings } from './set-values.ts';

interface Parameters {
  /** Where the lists stand. */
  readonly parameters: SourcePart;
  readonly fileParameters: SourcePart;
  readonly substitute: (value: string) => string;
}

interface Parameter extends SetValue {
  /** The object that states its value, and where. */
  readonly object: GitOpsObject;
  readonly place: FieldPath;
}

interface ParameterLayers {
  readonly layers: readonly InlineValues[];
  readonly assumptions: readonly string[];
}

/** Parameters as one layer of values: Helm reads `--set` before `--set-string` before `--set-file`. */
export async function argoParameters(
  source: Parameters,
  below: readonly ValuesLayer[],
  readFile: (path: string) => Promise<string | null>,
  context: GitOpsContext,
): Promise<ParameterLayers> {
  const { substitute } = source;
  const assumptions: string[] = [];
  const parameters: Parameter[] = listOf(source.parameters).map(({ item, place }) => ({
    object: source.parameters.object,
    name: textOf(item.name),
    value: substitute(textOf(item.value)),
    kind: item.forceString === true ? 'string' : 'typed',
    place: [...place, 'value'],
  }));
  for (const { item, place } of listOf(source.fileParameters)) {
    const path = textOf(item.path);
    const content = await readFile(path);
    if (content === null) assumptions.push(`${code(path)} sets none of these`);
    else
      parameters.push({
        name: textOf(item.name),
        value: content,
        kind: 'verbatim',
        object: source.fileParameters.object,
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
  return { layers: await layerOf(readable, below, context), assumptions };
}

export async function layerOf(
  parameters: readonly Parameter[],
  below: readonly ValuesLayer[],
  context: GitOpsContext,
): Promise<readonly InlineValues[]> {
  const [first] = parameters;
  if (first === undefined) return [];
  const inLists = parameters.some(({ name }) => name.includes('['));
  const values = valuesOfSettings(parameters, inLists ? await merged(below, context) : {});
  if (values === null) return [];
  const places = parameters.map(({ name, object, place }) => ({ steps: stepsOf(name) ?? [], object, place }));
  return [
    {
      path: first.object.path,
      text: JSON.stringify(values),
      ignores: first.object.ignores,
      locate: (key) => {
        const own = places.findLast(
          ({ steps }) => steps.length <= key.length && steps.every((step, i) => step === key[i]),
        );
        const location = own === undefined ? null : own.object.manifest.locate(own.place);
        return location && { ...location, kind: 'values' };
      },
    },
  ];
}

function listOf({ object, at }: SourcePart) {
  const list = valueAt(object.manifest.value, at);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => (isMap(item) ? [{ item, place: [...at, index] }] : []));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);
}
