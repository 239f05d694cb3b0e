import { formatFieldPath } from '../manifest/field-path.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { TextRange } from '../manifest/parse.ts';
import { uncheckedResource } from '../resources/check.ts';
import type { Resource } from '../resources/resource.ts';
import type { Location } from '../text/location.ts';

/** A key of a values file that this change sets and nothing reads. */
export interface UnreadKey extends TextRange {
  readonly path: string;
  readonly key: readonly (string | number)[];
  readonly near: string | null;
}

/** A resource that stands for such a key; `value-unread` speaks of it. */
export function unreadResource({ path, key, near, ...range }: UnreadKey): Resource {
  const { startLine, startColumn, endLine, endColumn } = range;
  const name = formatFieldPath(key);
  const location: Location = {
    path,
    startLine,
    startColumn,
    endLine,
    endColumn,
    revision: 'head',
    kind: 'values',
  };
  const manifest: Manifest = {
    ref: { apiVersion: '', kind: 'File', namespace: null, name: `${path}: ${name}` },
    value: {},
    text: '',
    origin: { kind: 'unread', path, key: name, near },
    linesOf: () => [{ path, line: startLine }],
    locate: () => location,
  };
  return uncheckedResource(manifest);
}
