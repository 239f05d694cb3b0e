import type { KustomizeBuild } from '../../engines/kustomize.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { cutAt } from '../../text/escape.ts';
import type { PostRenderer } from '../gitops/release.ts';
import { fieldsText } from '../kustomize/kustomization-fields.ts';
import { buildSentence } from '../kustomize/kustomize-failure.ts';
import { Sources } from '../kustomize/sources.ts';
import type { Render } from '../unit.ts';
import { objectsIn } from './objects.ts';
import { isSure } from './post-render-certainty.ts';
import { PostRenderedManifest } from './post-rendered.ts';
import type { ReleaseRequest } from './release.ts';
import type { HelmRun } from './run.ts';
import { stillUnknown } from './still-unknown.ts';
import { ChartManifest } from './trace.ts';

/** The render after what its release does to the objects; where that cannot be done, what it may change is assumed. */
export async function postRendered(render: Render, request: ReleaseRequest, run: HelmRun): Promise<Render> {
  const all = request.set.release?.postRenderers ?? [];
  let done = render;
  for (const [index, renderer] of all.entries()) {
    if (done.state === 'failed') break;
    const next = await applied(done, renderer, request, run);
    if ('manifests' in next) done = next;
    else return assumed(done, all.slice(index), next.failure, request);
  }
  return done;
}

interface Failure {
  /** Kustomize's own words; null where it was not asked. */
  readonly failure: string | null;
}

async function applied(
  render: Render,
  renderer: PostRenderer,
  request: ReleaseRequest,
  run: HelmRun,
): Promise<Render | Failure> {
  if (render.lenient === true && !isSure(renderer, render.manifests, run.limits)) return { failure: null };
  const { taken, built } = await builtWithHooks(render.manifests, renderer, run);
  if (built.error !== null)
    return { failure: render.lenient === true ? null : failureOf(built.error.message) };
  const sources = sourcesOf(renderer, run);
  const documents = new Map(built.documents.map((document) => [document.file, document]));
  const places = new Map(taken.map((manifest, index) => [manifest, fileOf(index)]));
  const manifests = render.manifests.flatMap((manifest): readonly Manifest[] => {
    const file = places.get(manifest);
    if (file === undefined) return [manifest];
    const document = documents.get(file);
    const [object] = document === undefined ? [] : objectsIn(document.text, run).objects;
    if (document === undefined || object === undefined || !isSource(manifest)) return [];
    const value = render.lenient === true ? stillUnknown(manifest.value, object.value, document) : null;
    const known = isMap(value) ? { ...object, value } : object;
    const { revision } = request;
    return [new PostRenderedManifest(manifest, known, document, { sources, revision })];
  });
  return { ...render, manifests, ignores: withIgnores(render, renderer) };
}

interface Built {
  /** What was built, in order. */
  readonly taken: readonly Manifest[];
  readonly built: KustomizeBuild;
}

/** A hook that has the name of another object is left as it is, as Flux does with Helm 3 or `postRenderStrategy: nohooks`. */
async function builtWithHooks(
  manifests: readonly Manifest[],
  renderer: PostRenderer,
  run: HelmRun,
): Promise<Built> {
  const others = manifests.filter(({ origin }) => origin.kind !== 'helm' || !origin.hook);
  const taken = renderer.takesHooks ? manifests : others;
  const built = await builtOf(taken, renderer, run);
  const isTwice = built.error?.message.includes(registered) === true && others.length < taken.length;
  return isTwice ? { taken: others, built: await builtOf(others, renderer, run) } : { taken, built };
}

const registered = 'may not add resource with an already registered id: ';

/** Kustomize's own words, without the files that were made for it. */
function failureOf(message: string): string {
  const at = message.indexOf(registered);
  const twice = at < 0 ? null : message.slice(at + registered.length).replace(/'[\s\S]*$/, '');
  return twice === null ? buildSentence(message) : `the chart renders ${cutAt(twice, 200)} twice`;
}

function builtOf(
  taken: readonly Manifest[],
  { fields }: PostRenderer,
  { build }: HelmRun,
): Promise<KustomizeBuild> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const resources = taken.map((_, index) => fileOf(index));
  const files = taken.map(({ text }, index) => ({ path: fileOf(index), bytes: bytes(`${text}\n`) }));
  const kustomization = { path: kustomizationFile, bytes: bytes(fieldsText({ ...fields, resources })) };
  return build({ path: '.', files: [kustomization, ...files], trace: true });
}

const kustomizationFile = 'kustomization.yaml';
const fileOf = (index: number): string => `objects/${index}.yaml`;

function sourcesOf({ fields, originOf, places }: PostRenderer, { limits }: HelmRun): Sources {
  return new Sources([], limits, { file: kustomizationFile, fields, originOf, places });
}

function isSource(manifest: Manifest): manifest is ChartManifest | PostRenderedManifest {
  return manifest instanceof ChartManifest || manifest instanceof PostRenderedManifest;
}

/** Values of the same object may have brought its comments already. */
function withIgnores({ ignores }: Render, { places }: PostRenderer): Render['ignores'] {
  return [...new Set([...ignores, ...places.ignores])];
}

function assumed(
  render: Render,
  left: readonly PostRenderer[],
  failure: string | null,
  { unit, set }: ReleaseRequest,
): Render {
  const declared = set.release!.declaredAt;
  const place = left[0]?.places.locate([]) ?? null;
  const { path, line } = place === null ? declared : { path: place.path, line: place.startLine };
  const text = 'its postRenderers change none of these';
  const detail = `Its postRenderers cannot be applied: ${failure}.`;
  const trouble = failure === null ? [] : [{ unit, path, reason: 'render-failed' as const, detail, line }];
  return {
    ...render,
    assumptions: [...(render.assumptions ?? []), { text, path, line }],
    notChecked: [...render.notChecked, ...trouble],
  };
}
