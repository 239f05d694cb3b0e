import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { cannot, type GitOpsContext } from './context.ts';
import type { GeneratorAt } from './generator.ts';
import { filledIn, withUnknowns } from './parameter-texts.ts';
import type { ParameterSet } from './parameters.ts';
import { mapTexts, textsOf } from './texts.ts';

/** A generator with what each set of another one's parameters makes of it. */
export async function interpolated(
  generator: GeneratorAt,
  sets: readonly ParameterSet[],
  context: GitOpsContext,
): Promise<readonly GeneratorAt[] | NotChecked> {
  const { object, unit, at, value, goTemplate } = generator;
  const own = ownValues(value);
  const texts = textsOf(value).filter((text) => !own.includes(text));
  if (texts.length + own.length === 0) return sets.map(() => generator);
  const isHidden = sets.some(({ unknown }) => texts.some((text) => isAsked(text, unknown, goTemplate)));
  const rows = isHidden ? null : await filledIn(texts, sets, goTemplate, context.evaluate);
  if (rows === null || 'failure' in rows) {
    const why = rows === null ? 'it asks for what only the cluster knows' : rows.failure;
    return cannot(unit, object, at, 'unsupported', `Its generator is not followed: ${why}.`);
  }
  const later = await Promise.all(own.map((text) => lateText(text, sets, generator, context)));
  return sets.map((_, index) => {
    const results = new Map(texts.map((text, i) => [text, rows[index]?.[i] ?? text]));
    for (const [i, text] of own.entries()) results.set(text, later[i]![index] ?? text);
    return { ...generator, value: mapTexts(value, (text) => results.get(text) ?? text) };
  });
}

/** Texts of `values`: what names no parameter of the other generator is left for this one's own. */
function ownValues(value: unknown): readonly string[] {
  const kinds = isMap(value) ? Object.keys(value) : [];
  return textsOf(kinds.map((kind) => valueAt(value, [kind, 'values'])));
}

async function lateText(
  text: string,
  sets: readonly ParameterSet[],
  { goTemplate }: GeneratorAt,
  { evaluate }: GitOpsContext,
): Promise<readonly string[]> {
  const roots = [...text.matchAll(/(?:^|[\s({|,$])\.([A-Za-z_]\w*)/g)].map(([, root]) => root!);
  const isLeft = goTemplate && sets.some(({ values }) => roots.some((root) => !Object.hasOwn(values, root)));
  const rows = isLeft ? null : await filledIn([text], sets, goTemplate, evaluate);
  return rows === null || 'failure' in rows ? sets.map(() => text) : rows.map(([first]) => first ?? text);
}

function isAsked(text: string, unknown: readonly string[], goTemplate: boolean): boolean {
  if (goTemplate) return withUnknowns(text, unknown) !== text;
  return [...text.matchAll(/\{\{\s*([^.[\]{}\s]+)/g)].some(([, root]) => unknown.includes(root!));
}
