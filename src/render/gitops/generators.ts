import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import { code } from '../../text/escape.ts';
import { fromMatrix, fromMerge } from './combined-generators.ts';
import { cannot, type GitOpsContext } from './context.ts';
import type { Generator, GeneratorAt, ParameterSets } from './generator.ts';
import { fromGit, withValues } from './git-generator.ts';
import { flattened, isSelected, knownSet, type ParameterSet } from './parameters.ts';

/** Argo CD takes no matrix or merge in the second one. */
const deepest = 2;

/** What a generator gives for each Application, or why it is not followed. */
export async function generated(written: GeneratorAt, context: GitOpsContext): Promise<ParameterSets> {
  const { object, unit, at, value, isMultiplied } = written;
  const kinds = isMap(value) ? Object.keys(value).filter((key) => key !== 'selector') : [];
  const kind = kinds[0] ?? '';
  const known = [
    ...['list', 'git'],
    ...(written.depth < deepest ? ['matrix', 'merge'] : []),
    ...(isMultiplied ? ['clusters'] : []),
  ];
  const more = kinds.find((each) => !known.includes(each));
  if (more !== undefined || kinds.length !== 1 || !isMap(valueAt(value, [kind]))) {
    const detail = `Its generator ${code(more ?? kinds.join(', '))} is not followed; list, git, matrix and merge are.`;
    return cannot(unit, object, more === undefined ? at : [...at, more], 'unsupported', detail);
  }
  written.budget.left -= 1;
  if (written.budget.left < 0)
    return cannot(unit, object, at, 'too-large', 'Its generators are combined more often than is followed.');
  const generator: Generator = { ...written, kind };
  const made = await setsOf(generator, context);
  return 'reason' in made ? made : selected(made, generator);
}

function setsOf(generator: Generator, context: GitOpsContext): Promise<ParameterSets> {
  switch (generator.kind) {
    case 'list':
      return listed(generator, context);
    case 'git':
      return fromGit(generator, context);
    case 'matrix':
      return fromMatrix(generator, context, generated);
    case 'merge':
      return fromMerge(generator, context, generated);
    default:
      return clusters(generator, context);
  }
}

async function listed(
  { value, goTemplate }: Generator,
  { limits }: GitOpsContext,
): Promise<readonly ParameterSet[]> {
  const elements = valueAt(value, ['list', 'elements']);
  const text = valueAt(value, ['list', 'elementsYaml']);
  const more = typeof text === 'string' ? parseStream(text, limits).documents[0]?.value : [];
  const items = [elements, more].flatMap((list) => (Array.isArray(list) ? list.filter(isMap) : []));
  return items.map((item) => knownSet(goTemplate ? item : flattened(item)));
}

/** What a cluster is called and where it is, nobody but the cluster knows; how many there are does not matter. */
async function clusters(generator: Generator, context: GitOpsContext): Promise<ParameterSets> {
  const isList = valueAt(generator.value, ['clusters', 'flatList']) === true;
  if (isList) return [{ values: {}, unknown: ['clusters'] }];
  const unknown = ['name', 'nameNormalized', 'server', 'project', 'metadata'];
  return withValues([{}], generator, context, unknown);
}

function selected(sets: readonly ParameterSet[], { value, object, unit, at }: Generator): ParameterSets {
  const selector = valueAt(value, ['selector']);
  if (!isMap(selector)) return sets;
  const answers = sets.map((set) => isSelected(selector, set));
  if (answers.includes(null)) {
    const detail = 'Its selector asks for what only the cluster knows.';
    return cannot(unit, object, [...at, 'selector'], 'unsupported', detail);
  }
  return sets.filter((_, index) => answers[index]);
}
