/** `usage`: the caller can repair it by asking differently; `unavailable`: the data cannot be had here. */
export type RepositoryErrorKind = 'usage' | 'unavailable';

/** A failure to read a repository, worded for the person who asked: what is wrong and what to write instead. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly kind: RepositoryErrorKind;

  constructor(kind: RepositoryErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
