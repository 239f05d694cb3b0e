import type { BuildStep, KustomizeBuild, KustomizeBuildRequest } from '../../engines/kustomize.ts';
import { folderOf } from '../paths.ts';
import { schemaKey, withoutSchemas } from './without-schemas.ts';

/** What a build's files are named as. */
interface Named {
  /** Files that are resources and nothing else. */
  readonly resources: ReadonlySet<string>;
  /** Every file that the kustomization in a folder reaches. */
  readonly reachOf: (folder: string) => ReadonlySet<string>;
}

/**
 * Builds without schemas where that works. A patch may want one: then those that its kustomization reaches stay, and all of
 * them where that is not enough.
 */
export async function buildLean(
  request: KustomizeBuildRequest,
  { resources, reachOf }: Named,
  build: (request: KustomizeBuildRequest) => Promise<KustomizeBuild>,
): Promise<KustomizeBuild> {
  const without = (kept: ReadonlySet<string>): KustomizeBuildRequest => {
    const files = request.files.map((file) => {
      const bytes = resources.has(file.path) && !kept.has(file.path) ? withoutSchemas(file.bytes) : null;
      return bytes === null ? file : { ...file, bytes };
    });
    return { ...request, files };
  };
  const lean = without(new Set());
  const built = await build(lean);
  if (lean.files.every((file, index) => file === request.files[index]) || !wantsSchema(built)) return built;
  const steps = stepsThatWant(built);
  if (steps.length > 0) {
    const kept = new Set(steps.flatMap(({ file }) => [...reachOf(folderOf(file))]));
    const again = await build(without(kept));
    if (!wantsSchema(again)) return again;
  }
  return build(request);
}

/** Whether a patch did not find what it patches: in a schema, perhaps. */
function wantsSchema(built: KustomizeBuild): boolean {
  return built.error?.reason === 'render-failed' || built.dropped.some(isOfSchema);
}

function stepsThatWant({ error, dropped }: KustomizeBuild): readonly BuildStep[] {
  return [error?.step, ...dropped.filter(isOfSchema).map(({ step }) => step)].flatMap((step) => step ?? []);
}

function isOfSchema({ message }: { readonly message: string }): boolean {
  return message.includes(schemaKey);
}
