/** `billing-worker_v2` → billing, worker, v2. */
export function nameWords(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
