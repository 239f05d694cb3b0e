const mebi = 1024 * 1024;

/** Bytes as a message shows them: `2048 MiB`, `953.7 MiB`, `512 B`. */
export function memory(bytes: number): string {
  const size = bytes / mebi;
  if (Number.isInteger(size)) return `${size} MiB`;
  return size < 0.1 ? `${bytes} B` : `${size.toFixed(1)} MiB`;
}
