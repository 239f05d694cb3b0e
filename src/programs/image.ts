import { nameWords } from '../text/name-words.ts';

/** An image as a container names it. */
export interface ImageReference {
  /** Host of the registry; null for Docker Hub by its short names. */
  readonly registry: string | null;
  /** Path without registry and tag; without `library/` for Docker Hub's official images. */
  readonly repository: string;
  /** Null where none is written: `latest`, or whatever the digest points at. */
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Docker Hub's own names for itself. */
const hub = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** The grammar of https://github.com/distribution/reference: the first part is a registry when it looks like a host. */
export function imageReference(image: string): ImageReference {
  const [name = '', digest = null] = image.split('@', 2);
  const [, path = name, tag = null] = /^(.*):([^:/]*)$/.exec(name) ?? [];
  const [first = '', ...rest] = path.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = isHost && !hub.has(first) ? first : null;
  const repository = isHost ? rest.join('/') : path;
  return {
    registry,
    repository: registry === null ? repository.replace(/^library\//, '') : repository,
    tag,
    digest,
  };
}

/** An image's name as far as it tells what is in it. */
export interface ImageName {
  /** Path without the registry, e.g. `bitnami/postgresql`. */
  readonly path: string;
  /** Last part of the path. */
  readonly name: string;
  /** The name's words: `spring-petclinic` has two. */
  readonly words: readonly string[];
  readonly tagWords: readonly string[];
}

export function imageNameOf(image: string): ImageName {
  const { repository, tag } = imageReference(image.toLowerCase());
  const name = repository.split('/').at(-1) ?? '';
  return { path: repository, name, words: nameWords(name), tagWords: nameWords(tag ?? '') };
}
