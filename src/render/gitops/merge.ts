import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { GitOpsContext } from './context.ts';
import type { ValuesLayer } from './release.ts';

/** The values that files and inline values give together, merged as Helm merges them. */
export async function merged(
  layers: readonly ValuesLayer[],
  { read, limits }: GitOpsContext,
): Promise<unknown> {
  let values: unknown = {};
  for (const layer of layers) {
    const text = typeof layer === 'string' ? await read(layer) : layer.text;
    if (text !== null) values = mergeMaps(values, parseStream(text, limits).documents[0]?.value);
  }
  return values;
}

/** Maps one over the other, key by key; anything else replaces. Keys of prototypes are keys like any other. */
export function mergeMaps(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return isMap(above) ? above : below;
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(below)) result[key] = value;
  for (const [key, value] of Object.entries(above)) {
    const old = Object.hasOwn(below, key) ? below[key] : undefined;
    result[key] = isMap(value) && isMap(old) ? mergeMaps(old, value) : value;
  }
  return { ...result };
}
