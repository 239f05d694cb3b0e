import picomatch from 'picomatch';

/** A pattern as `git ls-files` reads it, which Argo CD asks: a star goes on over folders. */
export function pathspec(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^\/+/, '').replace(/\/+$/, '');
  if (!/[*?[]/.test(plain)) return (path) => path === plain || path.startsWith(`${plain}/`);
  const source = plain.replace(/\*+|\?|\[!?[^\]]*\]|[^*?[]+|\[/g, (part) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (part.length > 2 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replace(/\\/g, '\\\\');
    return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  try {
    const whole = new RegExp(`^${source}$`, 's');
    return (path) => whole.test(path);
  } catch {
    return () => false;
  }
}

/** One star stays within a folder's name, as in Go's `path.Match`. */
export function segmentMatcher(pattern: string): (path: string) => boolean {
  return picomatch(pattern.replace(/\*+/g, '*').replace(/\/+$/, ''), {
    dot: true,
    nobrace: true,
    noextglob: true,
    noglobstar: true,
  });
}
