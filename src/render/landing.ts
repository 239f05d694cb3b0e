/** Something taken for granted, as what follows "assuming that", and where it is stated that makes it so. */
export interface Assumption {
  readonly text: string;
  readonly path: string;
  readonly line: number | null;
}

/** Where a release lands, as far as the repository says it. */
export interface Landing {
  /** Two releases with the same one land in the same environment of the same cluster. */
  readonly place: string;
  /** Of objects that state none; null: not known. */
  readonly namespace: string | null;
  /** What is taken for granted of what lands there. */
  readonly assumptions: readonly Assumption[];
}

/** Where the configuration says that a chart is released. */
export function configuredLanding(namespace: string | null): Landing | null {
  return namespace === null ? null : { place: 'configuration', namespace, assumptions: [] };
}
