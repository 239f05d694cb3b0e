import { formatFieldPath } from '../manifest/field-path.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { uncheckedResource } from '../resources/check.ts';
import type { Resource } from '../resources/resource.ts';
import { type Location, rangeOf, type TextRange } from '../text/location.ts';

/** A key of a values file that this change sets and nothing reads. */
export interface UnreadKey extends TextRange {
  readonly path: string;
  readonly key: readonly (string | number)[];
  readonly near: string | null;
}

/** A resource that stands for such a key; `value-unread` speaks of it. */
export function unreadResource({ path, key, near, ...range }: UnreadKey): Resource {
  const name = formatFieldPath(key);
  const location: Location = { path, ...rangeOf(range), revision: 'head', kind: 'values' };
  const manifest: Manifest = {
    ref: { apiVersion: '', kind: 'File', namespace: null, name: `${path}: ${name}` },
    value: {},
    text: '',
    origin: { kind: 'unread', path, key: name, near },
    linesOf: () => [{ path, line: range.startLine }],
    locate: () => location,
  };
  return uncheckedResource(manifest);
}
