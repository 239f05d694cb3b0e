import { type FieldPath, valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import type { SourceObject } from '../raw/raw.ts';
import { applicationReleases, unitOf } from './argocd.ts';
import { cannot, type GitOpsContext, mostReleases } from './context.ts';
import { generated, type Parameters } from './generators.ts';
import type { GitOpsObject } from './inline-values.ts';
import { type Found, together } from './release.ts';
import { mapTexts, textsOf } from './texts.ts';

/**
 * The Applications that an ApplicationSet makes with its list, git directory and git file generators.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/
 */
export async function applicationSetReleases(object: GitOpsObject, context: GitOpsContext): Promise<Found> {
  const unit = unitOf('applicationset', object);
  const { value } = object.manifest;
  const generators = valueAt(value, ['spec', 'generators']);
  const goTemplate = valueAt(value, ['spec', 'goTemplate']) === true;
  const notChecked: NotChecked[] = [];
  if (valueAt(value, ['spec', 'templatePatch']) !== undefined) {
    const detail = 'Its templatePatch is not applied.';
    return {
      releases: [],
      notChecked: [cannot(unit, object, ['spec', 'templatePatch'], 'unsupported', detail)],
    };
  }
  const parameters: Parameters[] = [];
  for (const index of Array.isArray(generators) ? generators.keys() : []) {
    const at = ['spec', 'generators', index];
    const made = await generated({ object, unit, at, goTemplate }, context);
    if ('reason' in made) notChecked.push(made);
    else parameters.push(...made);
  }
  if (parameters.length > mostReleases) {
    const detail = `It makes ${parameters.length} Applications; the first ${mostReleases} were looked at.`;
    notChecked.push(cannot(unit, object, ['spec', 'generators'], 'too-large', detail));
  }
  const applications = await templated(object, unit, parameters.slice(0, mostReleases), goTemplate, context);
  if ('reason' in applications) return { releases: [], notChecked: [...notChecked, applications] };
  const found = await Promise.all(applications.map((each) => applicationReleases(each, context)));
  const all = together(found);
  return { releases: all.releases, notChecked: [...notChecked, ...all.notChecked] };
}

/** The template with each set of parameters put in: as objects that stand where the template does. */
async function templated(
  object: GitOpsObject,
  unit: string,
  parameters: readonly Parameters[],
  goTemplate: boolean,
  { evaluate }: GitOpsContext,
): Promise<readonly GitOpsObject[] | NotChecked> {
  const template = valueAt(object.manifest.value, ['spec', 'template']);
  const texts = textsOf(template);
  if (!goTemplate) return parameters.map((each) => application(object, template, replacedBy(each)));
  const rows = await evaluate(texts, parameters);
  if ('failure' in rows) {
    const detail = `Its template cannot be evaluated: ${rows.failure}.`;
    return cannot(unit, object, ['spec', 'template'], 'unsupported', detail);
  }
  return rows.map((row) => {
    const results = new Map(texts.map((text, i) => [text, row[i] ?? '']));
    return application(object, template, (text) => results.get(text) ?? text);
  });
}

function replacedBy(parameters: Parameters): (text: string) => string {
  return (text) =>
    text.replace(/\{\{(.*?)\}\}/gs, (whole, name: string) => {
      const value = Object.hasOwn(parameters, name.trim()) ? parameters[name.trim()] : undefined;
      return typeof value === 'string' ? value : whole;
    });
}

function application(
  { manifest, path, ignores }: GitOpsObject,
  template: unknown,
  change: (text: string) => string,
): GitOpsObject {
  const value = mapTexts(template, change);
  const name = valueAt(value, ['metadata', 'name']);
  const namespace = valueAt(value, ['metadata', 'namespace']);
  const at = (field: FieldPath): FieldPath => ['spec', 'template', ...field];
  const made: SourceObject = {
    ref: {
      apiVersion: manifest.ref.apiVersion,
      kind: 'Application',
      name: String(name ?? ''),
      // Applications of a set live in its own namespace.
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : manifest.ref.namespace,
    },
    value: isMap(value) ? value : {},
    text: manifest.text,
    origin: manifest.origin,
    locate: (field) => manifest.locate(at(field)),
    locateInMap: (field, key) => manifest.locateInMap(at(field), key),
    linesOf: (field) => manifest.linesOf(at(field)),
    locateInText: (field, line, key, inner) => manifest.locateInText(at(field), line, key, inner),
  };
  return { manifest: made, path, ignores };
}
