/** `1.36`, `v1.36.3` → 36; null for anything else. */
export function minorOf(version: string): number | null {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? null : Number(minor);
}
