import type { Engine } from '../../engines/engine.ts';
import { buildKustomization, type KustomizeBuild, kustomizeBuildText } from '../../engines/kustomize.ts';
import type { FieldPath } from '../../manifest/field-path.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { type ParsedDocument, parseStream } from '../../manifest/parse.ts';
import type { Tree } from '../../repository/tree.ts';
import type { Limits } from '../../text/limits.ts';
import type { NotChecked } from '../../text/not-checked.ts';
import { uncounted } from '../in-turns.ts';
import { isKustomization, Layout } from '../layout.ts';
import { folderOf } from '../paths.ts';
import { Kustomizations } from './kustomizations.ts';
import { buildFolder } from './kustomize.ts';

/** Whether a folder of a revision holds a kustomization. */
export async function holdsKustomization(tree: Tree, folder: string): Promise<boolean> {
  return (await tree.list()).some(({ path }) => isKustomization(path) && folderOf(path) === folder);
}

/**
 * A kustomization as `kustomize build` prints it, byte for byte unless traced; what was left out goes to `notes`. A trace
 * adds its source behind each line.
 */
export async function kustomizationForDisplay(
  tree: Tree,
  folder: string,
  { trace, limits }: { readonly trace: boolean; readonly limits: Limits },
  engine: Engine,
): Promise<{ readonly text: string; readonly notes: readonly string[] } | { readonly error: string }> {
  const layout = new Layout(tree, await tree.list(), () => true);
  const kustomizations = await Kustomizations.read(layout, limits);
  const answers: KustomizeBuild[] = [];
  const render = await buildFolder(
    { kustomizations, folder, unit: folder, revision: 'head', fields: null, substitute: null },
    {
      limits,
      build: async (request) => {
        const answer = await buildKustomization(engine, request);
        answers.push(answer);
        return answer;
      },
      onRender: () => {},
      turns: uncounted,
      builds: new Map(),
      builtObjects: new Map(),
    },
  );
  const notes = render.notChecked.map(({ detail }) => detail);
  const built = answers.at(-1);
  if (built === undefined || built.error !== null) return { error: render.notChecked.map(whyNot).join(' ') };
  if (!trace) return { text: kustomizeBuildText(built.documents), notes };
  return { text: render.manifests.map((manifest) => traced(manifest, limits)).join('---\n'), notes };
}

function whyNot({ reason, path, line, detail }: NotChecked): string {
  const place = line === null ? path : `${path}:${line}`;
  return reason === 'render-failed' ? `${place}: ${detail}` : detail;
}

/** The text of an object with `# file:line` behind each line whose source is known. */
function traced(manifest: Manifest, limits: Limits): string {
  const [document] = parseStream(manifest.text, limits).documents;
  const sources = new Map<number, string>();
  if (document !== undefined) note(document, manifest, [], manifest.value, sources);
  return manifest.text
    .split('\n')
    .map((line, index) => (sources.has(index + 1) ? `${line}  # ${sources.get(index + 1)}` : line))
    .join('\n');
}

function note(
  document: ParsedDocument,
  manifest: Manifest,
  path: FieldPath,
  value: unknown,
  sources: Map<number, string>,
): void {
  const line = path.length === 0 ? undefined : document.locate(path)?.startLine;
  const source = line === undefined || sources.has(line) ? null : manifest.locate(path);
  if (line !== undefined && source !== null) sources.set(line, `${source.path}:${source.startLine}`);
  if (value === null || typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value))
    note(document, manifest, [...path, Array.isArray(value) ? Number(key) : key], child, sources);
}
