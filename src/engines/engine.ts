import { availableParallelism } from 'node:os';
import { EngineFailure, Instance, type InstanceLimits } from './instance.ts';
import { type EngineName, loadModule } from './module.ts';
import type { World } from './wasi.ts';
import { decodeFrame, encodeFrame, type Message } from './wire.ts';

export { EngineFailure, type FailureReason } from './instance.ts';
export type { EngineName } from './module.ts';
export type { Message } from './wire.ts';

export interface EngineOptions {
  readonly memoryMiB?: number;
  readonly deadlineMs?: number;
  /** How many requests may run at once; one for each core. */
  readonly instances?: number;
  /** Of everything random: the same seed gives the same bytes. */
  readonly seed?: number;
  /** What the clock reads when a request begins, in milliseconds since the epoch. */
  readonly clock?: number;
}

export interface Engine {
  /** Begins to load, where a request is likely to follow. */
  warm(): void;
  /** Rejects with an EngineFailure when the program gave no answer; the next call is not affected by it. */
  call(header: object, blobs: readonly Uint8Array[]): Promise<Message>;
  close(): Promise<void>;
}

const defaultLimits = { memoryMiB: 1024, deadlineMs: 30_000 };
/** Any fixed moment does: a chart prints it where it asks for the time. */
const defaultWorld: World = { seed: 1, clock: Date.UTC(2020, 0, 1) };

/** Starts nothing: the first call, or `warm`, does. */
export function openEngine(name: EngineName, options: EngineOptions = {}): Engine {
  const instances = options.instances ?? availableParallelism();
  return new Pool(name, instances, { ...defaultLimits, ...options }, { ...defaultWorld, ...options });
}

interface Request {
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
}

class Pool implements Engine {
  readonly #name: EngineName;
  readonly #limits: InstanceLimits;
  readonly #world: World;
  readonly #most: number;
  readonly #instances = new Set<Instance>();
  readonly #idle: Instance[] = [];
  readonly #waiting: Request[] = [];

  constructor(name: EngineName, most: number, limits: InstanceLimits, world: World) {
    this.#name = name;
    this.#most = most;
    this.#limits = limits;
    this.#world = world;
  }

  warm(): void {
    if (this.#instances.size === 0) this.#idle.push(this.#start());
  }

  async call(header: object, blobs: readonly Uint8Array[]): Promise<Message> {
    const frame = encodeFrame(header, blobs);
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting.push({ frame, resolve, reject });
    });
    this.#serve();
    return decodeFrame(await answer);
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(new EngineFailure('crashed', 'was closed'));
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const instance = this.#idle.pop() ?? (this.#instances.size < this.#most ? this.#start() : null);
      if (instance === null) return;
      void this.#run(instance, this.#waiting.shift()!);
    }
  }

  #start(): Instance {
    const instance = new Instance(loadModule(this.#name, this.#limits.memoryMiB), this.#world, this.#limits);
    this.#instances.add(instance);
    return instance;
  }

  async #run(instance: Instance, { frame, resolve, reject }: Request): Promise<void> {
    try {
      resolve(await instance.run(frame));
      this.#idle.push(instance);
    } catch (failure) {
      this.#instances.delete(instance);
      await instance.stop();
      reject(failure);
    }
    this.#serve();
  }
}
