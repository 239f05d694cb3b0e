import { availableParallelism } from 'node:os';
import { EngineFailure, Instance, type InstanceLimits } from './instance.ts';
import { type EngineName, readModule } from './module.ts';
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

/** Requests that may wait for each running instance. */
const patience = 2;

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
  /** What an instance compiled, for those that follow. */
  #module: WebAssembly.Module | null = null;

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
      const instance = this.#idle.pop() ?? (this.#isWorthStarting() ? this.#start() : null);
      if (instance === null) return;
      void this.#run(instance, this.#waiting.shift()!);
    }
  }

  /** A new instance parses and compiles anew what a running one has: it pays only for work that would pile up. */
  #isWorthStarting(): boolean {
    const running = this.#instances.size;
    return running < this.#most && this.#waiting.length > running * patience;
  }

  #start(): Instance {
    const { memoryMiB } = this.#limits;
    const source =
      this.#module === null
        ? readModule(this.#name, memoryMiB).then((bytes) => ({ bytes }))
        : Promise.resolve({ module: this.#module });
    const instance = new Instance({ memoryMiB, world: this.#world }, source, this.#limits);
    void instance.module.then((module) => {
      this.#module = module;
    });
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
