import { createHash } from 'node:crypto';
import { formatKeyedPath } from '../manifest/field-path.ts';
import { groupOf } from '../manifest/manifest.ts';
import type { Resource } from '../resources/resource.ts';
import type { Diagnostic, Rule } from './rule.ts';

/**
 * A finding's stable identity: rule, object, container, keyed field and message. No line number, no commit, no
 * values set and no invented release name enters it. `as`: the object that carries on for it under another name.
 */
export function fingerprint(
  unit: string,
  rule: Rule,
  diagnostic: Diagnostic,
  as: Resource = diagnostic.at.resource,
): string {
  const { resource, path } = diagnostic.at;
  const field = formatKeyedPath(resource.manifest.value, path);
  return digest([rule.id, ...objectKey(unit, as), diagnostic.container ?? null, field, diagnostic.messageId]);
}

/** The object's part of a fingerprint. */
export function objectKey(unit: string, { ref, manifest }: Resource): readonly (string | null)[] {
  const named = [unit, groupOf(ref.apiVersion), ref.kind, ref.namespace];
  const { origin } = manifest;
  if (origin.kind !== 'helm' || origin.inventedRelease === null) return [...named, ref.name];
  return [...named, origin.template, withoutRelease(ref.name, origin.inventedRelease)];
}

function withoutRelease(name: string, release: string): string {
  return name === release || name.startsWith(`${release}-`) ? name.slice(release.length) : name;
}

/** Twenty hexadecimal digits of SHA-256: enough that no two findings of a repository meet. */
export function digest(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20);
}
