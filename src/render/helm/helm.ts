import type { Render } from '../unit.ts';
import { failed, rendered } from './documents.ts';
import { helmTrouble } from './helm-errors.ts';
import { lackingIn, mayRenderLeniently, missingDependency } from './lenient.ts';
import { postRendered } from './post-render.ts';
import { askWhole, inlineFile, type ReadValues, valuesOf } from './question.ts';
import type { ReleaseRequest, Trouble } from './release.ts';
import type { HelmRun } from './run.ts';
import { withoutDefaults } from './stated-release.ts';

/**
 * Renders a release as Helm does, with what is done to the objects afterwards; where Helm gives up, with what is unknown left
 * open.
 */
export async function renderRelease(asked: ReleaseRequest, run: HelmRun): Promise<Render> {
  return postRendered(await renderChart(asked, run), asked, run);
}

async function renderChart(asked: ReleaseRequest, run: HelmRun): Promise<Render> {
  const request = asked.set.release?.replacesDefaults ? withoutDefaults(asked) : asked;
  const { set, charts } = request;
  const layers = set.release?.layers ?? set.files;
  const reads = await charts.layout.tree.read(layers.filter((layer) => typeof layer === 'string'));
  const values = layers.map((layer) =>
    typeof layer === 'string' ? valuesOf(layer, reads.get(layer), run.limits) : inlineFile(layer),
  );
  const unreadable = values.flatMap((file) => ('reason' in file ? [file] : []));
  if (unreadable.length > 0) return failed(request, unreadable);
  const files = values.flatMap((file) => ('text' in file ? [file] : []));
  const { missing } = request.input;
  if (missing.length > 0) {
    // Helm itself would not begin.
    const troubles = missing.map((dependency) => missingDependency(dependency, request.input));
    return renderLeniently(request, troubles, files, run);
  }
  const { result, whole } = await askWhole(request, files, run, false);
  const lacking = whole.input.refused.map((file): Trouble => ({ ...file, line: null }));
  if ('documents' in result) return rendered(whole, result, files, lacking, run);
  // What Helm says about a chart whose files could not all be read is not the chart's fault.
  if (lacking.length > 0) return failed(whole, lacking);
  const trouble = helmTrouble(result.error, whole, run.limits);
  return mayRenderLeniently(result.error)
    ? renderLeniently(whole, [trouble], files, run)
    : failed(whole, [trouble]);
}

/** Only what does not render as it stands is rendered with what is unknown left open. */
async function renderLeniently(
  request: ReleaseRequest,
  troubles: readonly Trouble[],
  values: readonly ReadValues[],
  run: HelmRun,
): Promise<Render> {
  const { result, whole } = await askWhole(request, values, run, true);
  if ('error' in result || whole.input.refused.length > 0) return failed(whole, troubles);
  const refusals = troubles.map((trouble) => ({ unit: whole.unit, ...trouble }));
  return { ...rendered(whole, result, values, lackingIn(result.unknown, troubles, whole), run), refusals };
}
