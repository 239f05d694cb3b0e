import { imageReference } from './image-reference.ts';

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
  return { path: repository, name, words: wordsOf(name), tagWords: wordsOf(tag ?? '') };
}

/** `billing-worker_v2` → billing, worker, v2. */
export function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
