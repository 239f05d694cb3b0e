import type { Engine } from './engine.ts';

/** The Kubernetes minor whose code the engine runs; go.mod pins the patch. */
export const engineKubernetesVersion = '1.36';

export interface CheckRequest {
  /** The manifest as a JSON value. `undefined`: `text` is read as kubectl reads it. */
  readonly object: unknown;
  /** The manifest's YAML (one document): only there a key that is set twice still shows. */
  readonly text?: string;
  /** The manifest that the cluster holds: present, the check is that of an update. */
  readonly old?: unknown;
  /** Kubernetes minor to emulate, "1.34"; one newer than the engine's is checked as the engine's. */
  readonly version?: string;
}

/** Kubernetes' own words about one field. They never hold a value of the object: "…" stands in its place. */
export interface Problem {
  /** As Kubernetes' field.ErrorType: FieldValueInvalid, FieldValueRequired…; also UnknownField, DuplicateField, Decode, Warning. */
  readonly type: string;
  readonly field: string;
  readonly detail: string;
}

export interface CheckAnswer {
  /** False for a kind the engine does not know: nothing was checked. */
  readonly supported: boolean;
  /** The object as a cluster would give it back, without status; null when it cannot be decoded. */
  readonly defaulted: unknown | null;
  readonly decoding: readonly Problem[];
  /** Why the API server refuses the object. */
  readonly errors: readonly Problem[];
  /** What the API server says to an object that it accepts. */
  readonly warnings: readonly Problem[];
}

interface AnswerHeader {
  readonly error?: string;
  readonly answers?: readonly CheckAnswer[];
}

/** Objects in one call: about a fifth of a second, so that all instances share the work and no deadline is near. */
const batchSize = 200;

/** Answers in the order of the requests; an answer does not depend on the other requests. */
export async function checkObjects(
  engine: Engine,
  requests: readonly CheckRequest[],
): Promise<CheckAnswer[]> {
  const batches: Promise<readonly CheckAnswer[]>[] = [];
  for (let at = 0; at < requests.length; at += batchSize) {
    batches.push(checkBatch(engine, requests.slice(at, at + batchSize)));
  }
  return (await Promise.all(batches)).flat();
}

async function checkBatch(
  engine: Engine,
  requests: readonly CheckRequest[],
): Promise<readonly CheckAnswer[]> {
  const answer = await engine.call({ op: 'check', requests }, []);
  const { error, answers } = answer.header as AnswerHeader;
  if (answers?.length !== requests.length) {
    throw new Error(`the Kubernetes engine did not answer: ${error ?? 'wrong number of answers'}`);
  }
  return answers;
}
