import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { applicationReleases, unitOf } from './argocd.ts';
import { cannot, type GitOpsContext, mostReleases } from './context.ts';
import { generated } from './generators.ts';
import type { GitOpsObject } from './inline-values.ts';
import type { ParameterSet } from './parameters.ts';
import { type Found, together } from './release.ts';
import { type PatchProblem, patchedApplication } from './template-patch.ts';
import { rowsOf } from './template-rows.ts';
import { TemplatedApplication } from './templated-application.ts';
import { mapTexts, textsOf } from './texts.ts';

/**
 * The Applications that an ApplicationSet makes with its list and git generators, and combinations of them.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/
 */
export async function applicationSetReleases(object: GitOpsObject, context: GitOpsContext): Promise<Found> {
  const set: ApplicationSet = {
    object,
    unit: unitOf('applicationset', object),
    goTemplate: valueAt(object.manifest.value, ['spec', 'goTemplate']) === true,
    needsKeys: asList(valueAt(object.manifest.value, ['spec', 'goTemplateOptions'])).includes(
      'missingkey=error',
    ),
  };
  const generators = valueAt(object.manifest.value, ['spec', 'generators']);
  const applications: GitOpsObject[] = [];
  const notChecked: NotChecked[] = [];
  const budget = { left: mostGenerators };
  let many = 0;
  for (const [index, value] of Array.isArray(generators) ? generators.entries() : []) {
    const at = ['spec', 'generators', index];
    const made = await generated({ ...set, at, value, isMultiplied: false, depth: 0, budget }, context);
    if ('reason' in made) {
      notChecked.push(made);
      continue;
    }
    const room = mostReleases - Math.min(many, mostReleases);
    many += made.length;
    const found = await templated(set, { at, value }, made.slice(0, room), context);
    applications.push(...found.applications);
    notChecked.push(...found.notChecked);
  }
  if (many > mostReleases) {
    const detail = `It makes ${many} Applications; the first ${mostReleases} were looked at.`;
    notChecked.push(cannot(set.unit, object, ['spec', 'generators'], 'too-large', detail));
  }
  const found = await Promise.all(applications.map((each) => applicationReleases(each, context)));
  const all = together(found);
  return { releases: all.releases, notChecked: [...notChecked, ...all.notChecked] };
}

/** Generators that are asked for one set: a matrix asks its second one for each set of the first. */
const mostGenerators = 2_000;

interface ApplicationSet {
  readonly object: GitOpsObject;
  readonly unit: string;
  readonly goTemplate: boolean;
  /** Whether a parameter that is not there is a mistake. */
  readonly needsKeys: boolean;
}

interface Templated {
  readonly applications: readonly GitOpsObject[];
  readonly notChecked: readonly NotChecked[];
}

interface Generated {
  readonly at: FieldPath;
  readonly value: unknown;
}

/** The template with each set of parameters put in: as objects that stand where the template does. */
async function templated(
  set: ApplicationSet,
  generator: Generated,
  sets: readonly ParameterSet[],
  context: GitOpsContext,
): Promise<Templated> {
  const { object, unit } = set;
  const { own, template } = templateOf(object, generator);
  const stated = valueAt(object.manifest.value, patchAt);
  const source = typeof stated === 'string' ? stated : null;
  const texts = textsOf(template);
  const applications: GitOpsObject[] = [];
  const problems = new Map<string, FieldPath>();
  for (const row of await rowsOf([...texts, source ?? ''], sets, set, context)) {
    if ('failure' in row) {
      const isPatch = row.template === texts.length;
      const what = isPatch ? 'templatePatch' : 'template';
      problems.set(`Its ${what} cannot be evaluated: ${row.failure}.`, isPatch ? patchAt : templateAt);
      continue;
    }
    const results = new Map(texts.map((text, i) => [text, row[i] ?? '']));
    const filled = mapTexts(template, (text) => results.get(text) ?? text);
    const patch = source === null ? null : { source, text: row.at(-1) ?? '' };
    const made = application(object, { filled, own, patch }, context);
    if ('problem' in made) problems.set(`Its templatePatch is not applied: ${made.problem}.`, patchAt);
    else applications.push(made);
  }
  const notChecked = [...problems].map(([detail, at]) => cannot(unit, object, at, 'unsupported', detail));
  return { applications, notChecked };
}

interface FilledIn {
  readonly filled: unknown;
  /** Where the generator's own template stands. */
  readonly own: FieldPath | null;
  readonly patch: { readonly source: string; readonly text: string } | null;
}

function application(
  { manifest, path, ignores }: GitOpsObject,
  { filled, own, patch }: FilledIn,
  { limits }: GitOpsContext,
): GitOpsObject | PatchProblem {
  const document = patch === null ? undefined : parseStream(patch.text, limits).documents[0];
  if (patch !== null && document === undefined && patch.text.trim() !== '')
    return { problem: 'it is no YAML' };
  const patched = patchedApplication(filled, document?.value);
  if ('problem' in patched) return patched;
  const sources = { set: manifest, own, patch: patch && document ? { ...patch, document } : null };
  return { manifest: new TemplatedApplication(patched.value, sources), path, ignores };
}

const templateAt: FieldPath = ['spec', 'template'];
const patchAt: FieldPath = ['spec', 'templatePatch'];

/** A generator's own template, filled up from the set's. */
function templateOf({ manifest }: GitOpsObject, { at, value }: Generated) {
  const base = valueAt(manifest.value, templateAt);
  const kind = isMap(value) ? (Object.keys(value).find((key) => key !== 'selector') ?? '') : '';
  const own = valueAt(value, [kind, 'template']);
  return isMap(own) && Object.keys(own).length > 0
    ? { own: [...at, kind, 'template'], template: filledUp(own, base) }
    : { own: null, template: base };
}

/** As mergo fills what is empty; a map of values is one value. */
function filledUp(own: unknown, base: unknown): unknown {
  if (isEmpty(own)) return base;
  if (!isMap(own) || !isMap(base)) return own;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(own)])];
  return Object.fromEntries(
    keys.map((key) => {
      const [mine, other] = [own, base].map((each) => (Object.hasOwn(each, key) ? each[key] : undefined));
      return [key, key === 'valuesObject' && mine !== undefined ? mine : filledUp(mine, other)];
    }),
  );
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}
