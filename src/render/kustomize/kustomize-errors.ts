import type { DroppedStep, KustomizeBuild, LeftOut } from '../../engines/kustomize.ts';
import { isMap } from '../../manifest/is-map.ts';
import type { Trouble } from '../helm/release.ts';
import { joined } from '../paths.ts';
import { entries } from './kustomization.ts';
import type { Kustomizations } from './kustomizations.ts';
import { buildSentence, errorPlace } from './kustomize-failure.ts';
import { lineOfStep } from './kustomize-steps.ts';
import type { Sources } from './sources.ts';

/** What a build that succeeded lacks: what would have had to be fetched or run, and what was meant for it. */
export function leftOutTroubles({ leftOut, dropped }: KustomizeBuild, sources: Sources): readonly Trouble[] {
  const troubles = [
    ...leftOut.map((each) => leftOutTrouble(each, sources)),
    ...dropped.map((each) => droppedTrouble(each, sources)),
  ];
  return [...new Map(troubles.map((each) => [each.detail, each])).values()];
}

function leftOutTrouble({ file, entry, kind, shapes }: LeftOut, sources: Sources): Trouble {
  const path = kustomizationAt(file, sources);
  const line = lineOf(path, entry, sources);
  const place = line === null ? path : `${path}:${line}`;
  const [reason, does] = whatLeftOut[kind];
  const left = shapes ? 'it was left out, and nothing that it may change was judged' : 'it was left out';
  return { path, reason, detail: `${place} ${does(shown(entry))}; ${left}.`, line };
}

const whatLeftOut = {
  remote: ['remote-source', (entry: string) => `takes ${entry} from outside the repository`],
  helm: ['unsupported', (entry: string) => `inflates the Helm chart ${entry}`],
  function: ['unsupported', (entry: string) => `runs the function ${entry}`],
} as const;

function droppedTrouble({ step }: DroppedStep, sources: Sources): Trouble {
  if (step === null) {
    const detail = 'A variable stands for a field of what was left out.';
    return { path: null, reason: 'remote-source', detail, line: null };
  }
  const line = lineOfStep(step, sources);
  const place = line === null ? step.file : `${step.file}:${line}`;
  const detail = `${place} (${step.kind}) found nothing to change; it may be meant for what was left out.`;
  return { path: step.file, reason: 'remote-source', detail, line };
}

/** Why nothing was built. What the revision does not let be read explains a failure better than Kustomize can. */
export function buildTroubles(
  folder: string,
  built: KustomizeBuild,
  lacking: readonly Trouble[],
  sources: Sources,
  kustomizations: Kustomizations,
): readonly Trouble[] {
  const error = built.error!;
  const what = `Building ${folder}`;
  const { limits } = kustomizations;
  switch (error.reason) {
    case 'timed-out':
      return [nowhere('timed-out', `${what} took longer than ${limits.renderSeconds} s.`)];
    case 'out-of-memory':
      return [nowhere('out-of-memory', `${what} needed more than ${limits.engineMemoryMiB} MiB of memory.`)];
    case 'crashed':
      return [nowhere('unsupported', `${what} stopped the building engine.`)];
    default: {
      const known = [...lacking, ...leftOutTroubles(built, sources)];
      if (known.length > 0) return known;
      const place = errorPlace(folder, error, sources, kustomizations);
      return [{ ...place, reason: 'render-failed', detail: buildSentence(error.message) }];
    }
  }
}

function nowhere(reason: Trouble['reason'], detail: string): Trouble {
  return { path: null, reason, detail, line: null };
}

/** The kustomization of a folder, or the file itself. */
function kustomizationAt(file: string, sources: Sources): string {
  if (sources.text(file) !== null) return file;
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((name) =>
    joined(file, name),
  );
  return names.find((name) => sources.text(name) !== null) ?? names[0]!;
}

/** The line of a list item, or of a chart by its name. */
function lineOf(path: string, entry: string, sources: Sources): number | null {
  for (const document of sources.documents(path)) {
    if (!isMap(document.value)) continue;
    for (const name of fieldsWithEntries) {
      const found = entries(document.value, name).find(([, value]) => isNamed(value, entry));
      if (found !== undefined) return document.locate(found[0])?.startLine ?? null;
    }
  }
  return null;
}

const fieldsWithEntries = [
  'resources',
  'bases',
  'components',
  'helmCharts',
  'helmChartInflationGenerator',
  'patches',
  'patchesJson6902',
  'crds',
  'configurations',
];

function isNamed(value: unknown, entry: string): boolean {
  if (!isMap(value)) return value === entry;
  return [value.name, value.chartName, value.path].includes(entry);
}

/** What is shown of an address: neither a password in it nor its parameters, but for the revision. */
function shown(entry: string): string {
  const [address = '', query = ''] = entry.replace(/\/\/[^/@]*@/, '//').split('?', 2);
  const ref = /(?:^|&)(ref|version)=([\w./-]+)/.exec(query);
  const text = ref === null ? address : `${address}?${ref[1]}=${ref[2]}`;
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
