import type { HelmError } from '../../engines/helm.ts';
import type { Limits } from '../../text/limits.ts';
import type { InlineValues } from '../gitops/release.ts';
import { chartFile } from '../layout.ts';
import type { ReleaseRequest, Trouble } from './release.ts';

/** Why a chart gave nothing, at the place that Helm names. */
export function helmTrouble(error: HelmError, request: ReleaseRequest, limits: Limits): Trouble {
  const { folder } = request.input;
  const what = `Rendering ${folder} with ${request.setName}`;
  const nowhere = { path: null, line: null };
  switch (error.reason) {
    case 'timed-out':
      return {
        ...nowhere,
        reason: 'timed-out',
        detail: `${what} took longer than ${limits.renderSeconds} s.`,
      };
    case 'out-of-memory':
      return {
        ...nowhere,
        reason: 'out-of-memory',
        detail: `${what} needed more than ${limits.engineMemoryMiB} MiB of memory.`,
      };
    case 'withheld': // nothing is, in the second try
    case 'crashed':
      return { ...nowhere, reason: 'unsupported', detail: `${what} stopped the rendering engine.` };
    case 'missing-dependency': {
      const missing = error.missing ?? [];
      const detail = `${missing.length === 1 ? 'The dependency' : 'The dependencies'} ${missing.join(', ')} cannot be had.`;
      return { path: chartFile(folder), reason: error.reason, detail, line: null };
    }
    default:
      return { ...errorPlace(error, request), reason: error.reason, detail: sentenceOf(error.message) };
  }
}

/** The innermost place in the repository that the error names, else the chart as a whole. */
function errorPlace(
  { file, line, message }: HelmError,
  { input, set }: ReleaseRequest,
): Pick<Trouble, 'path' | 'line'> {
  const stated = set.files.find((path) => path === file);
  if (stated !== undefined) return { path: stated, line };
  for (const layer of set.release?.layers ?? []) {
    if (typeof layer === 'string' || file !== inlineName(layer)) continue;
    const at = { startLine: line ?? 1, startColumn: 1, endLine: line ?? 1, endColumn: 1 };
    const place = layer.locate([], { ...at, found: 0, exact: true, shared: false }, undefined);
    return { path: place?.path ?? layer.path, line: place?.startLine ?? null };
  }
  const paths = new Map(input.files.map(({ path, repositoryPath }) => [path, repositoryPath]));
  const known = paths.get(file ?? '') ?? null;
  if (known !== null && line !== null) return { path: known, line };
  for (const [, source, number] of [...message.matchAll(framePlace)].reverse()) {
    const path = paths.get(source!.slice(source!.indexOf('/') + 1)) ?? null;
    if (path !== null) return { path, line: Number(number) };
  }
  return { path: known ?? chartFile(input.folder), line: null };
}

/** What the engine calls values that are no file of their own. */
export function inlineName({ path }: Pick<InlineValues, 'path'>): string {
  return `the values in ${path}`;
}

/** `web/templates/a.yaml:3:5` */
const framePlace = /([\w.@/-]+\/[\w.@/-]+):(\d+)(?::\d+)?/g;

/** Helm's own words in one line, without the frames that led there; the expression that failed stays. */
export function sentenceOf(message: string): string {
  const lines = message
    .replace(/^(execution|parse) error at \([^)]*\): /, '')
    .replace('error converting YAML to JSON: ', '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const expression = lines
    .map((line) => /^executing ".*" at (<.*>):$/.exec(line)?.[1])
    .findLast((at) => at !== undefined);
  const words = lines.filter((line) => !/^(\S+:\d+(:\d+)?|executing ".*" at <.*>:)$/.test(line)).join(' ');
  const text = (expression === undefined ? words : `at ${expression}: ${words}`).replace(/\s+/g, ' ');
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
