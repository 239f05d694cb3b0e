import type { Manifest } from '../manifest/manifest.ts';
import { uncheckedResource } from '../resources/check.ts';
import type { Resource } from '../resources/resource.ts';
import type { Location } from '../text/location.ts';
import type { NotChecked } from '../text/not-checked.ts';

/** A resource that stands for a chart, kustomization or file which base rendered and head does not; `render-broken` speaks of it. */
export function brokenResource(
  kind: 'Chart' | 'Kustomization' | 'File',
  name: string,
  entry: NotChecked,
): Resource {
  const path = entry.path ?? name;
  const manifest: Manifest = {
    ref: { apiVersion: '', kind, namespace: null, name },
    value: {},
    text: '',
    origin: { kind: 'broken', path, detail: words(entry.detail) },
    linesOf: () => (entry.line === null ? [] : [{ path, line: entry.line }]),
    locate: () => locationOf(path, entry.line, kind === 'Chart' ? chartKind(path) : 'manifest'),
  };
  return uncheckedResource(manifest);
}

/** The tool's own words, without the place that the finding stands at anyway. */
function words(detail: string): string {
  return detail.replace(/^\S+ is not valid YAML: (.*)\.$/s, '$1');
}

function chartKind(path: string): Location['kind'] {
  return /(^|\/)templates\//.test(path) ? 'template' : 'values';
}

function locationOf(path: string, line: number | null, kind: Location['kind']): Location | null {
  if (line === null) return null;
  return {
    path,
    startLine: line,
    startColumn: 1,
    endLine: line,
    endColumn: 1,
    revision: 'head',
    kind,
  };
}
