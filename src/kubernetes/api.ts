/** One thing that Kubernetes' own decoding or validation says. It never holds a value of the object. */
export interface Problem {
  /** `UnknownField`, `DuplicateField`, `Decode`, or a field.ErrorType such as `FieldValueInvalid`. */
  readonly type: string;
  /** Path as Kubernetes writes it, e.g. `spec.template.spec.containers[0].image`. */
  readonly field: string;
  readonly detail: string;
}

/** What the embedded Kubernetes says of one object. */
export interface Checked {
  /** The object with Kubernetes' defaults, in its versioned form; null when it does not decode. */
  readonly defaulted: unknown;
  /** Strict decoding: unknown fields, duplicate fields, wrong types. */
  readonly decoding: readonly Problem[];
  /** Validation as a create. */
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}
