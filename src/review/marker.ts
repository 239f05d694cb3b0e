import { z } from 'zod';

/** What a hidden marker says about the comment that it opens. */
export type Marker =
  | { readonly kind: 'summary'; readonly commentKey: string; readonly headSha: string }
  | { readonly kind: 'finding'; readonly commentKey: string; readonly fingerprints: readonly string[] };

const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('summary'), commentKey: z.string(), headSha: z.string() }),
  z.strictObject({
    kind: z.literal('finding'),
    commentKey: z.string(),
    fingerprints: z.array(z.string()).min(1),
  }),
]);

const opening = /^<!-- pod-lifecycle-review:([A-Za-z0-9_-]+) -->/;

/**
 * The marker of a body, or null. Only the very start of a body counts: text of others further down cannot pose as
 * one. A marker says what a comment is about, never whose it is: check the author too.
 */
export function parseMarker(body: string): Marker | null {
  const encoded = opening.exec(body)?.[1];
  if (encoded === undefined) return null;
  try {
    const bytes = Buffer.from(encoded, 'base64url');
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return bytes.toString('base64url') === encoded ? shape.parse(JSON.parse(json)) : null;
  } catch {
    return null;
  }
}

/** The body with this marker as its first line, instead of one that it had. Base64url: nothing can end the comment. */
export function withMarker(marker: Marker, body: string): string {
  const encoded = Buffer.from(JSON.stringify(marker)).toString('base64url');
  return `<!-- pod-lifecycle-review:${encoded} -->\n${body.replace(opening, '').replace(/^\r?\n/, '')}`;
}
