import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { workerUrl } from './module.ts';
import type { CompiledModule, ModuleSource, WorkerAnswer, WorkerSetup } from './worker.ts';

export type FailureReason = 'timed-out' | 'out-of-memory' | 'crashed';

/** Why there is no answer, as a sentence that goes on from the name of what was asked. */
export class EngineFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, sentence: string) {
    super(sentence);
    this.name = 'EngineFailure';
    this.reason = reason;
  }
}

export interface InstanceLimits {
  readonly memoryMiB: number;
  readonly deadlineMs: number;
}

/**
 * Helm itself stops recursion after 1,000 nested includes, which takes this much stack. The engine's memory counts
 * for V8 as if it were the worker's own: above half of the limit V8 collects garbage each time the engine grows.
 */
const resourceLimits = (memoryMiB: number) => ({
  stackSizeMb: 32,
  maxOldGenerationSizeMb: 2 * memoryMiB + 256,
  maxYoungGenerationSizeMb: 32,
});

/**
 * The engines' buffers make V8 mark its small heap again and again, in threads that take the engines' cores: 5 % of a
 * review of a large chart.
 */
const marking = '--no-concurrent-marking';

const holdMs = 1000;

type Outcome =
  | Exclude<WorkerAnswer, CompiledModule>
  | { readonly failure: FailureReason; readonly detail: string };

/** One worker thread. It lets the process exit unless a request is under way. */
export class Instance {
  /** What it compiled, for others; never there when it was given a module, or dies before. */
  readonly module: Promise<WebAssembly.Module>;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #limits: InstanceLimits;
  #death: Outcome | null = null;
  #settle: (outcome: Outcome) => void = () => {};

  constructor(setup: WorkerSetup, source: Promise<ModuleSource>, limits: InstanceLimits) {
    setFlagsFromString(marking);
    this.#limits = limits;
    this.#worker = new Worker(workerUrl, {
      env: {},
      resourceLimits: resourceLimits(setup.memoryMiB),
      execArgv: [],
      workerData: setup,
    });
    this.#worker.unref();
    this.module = new Promise((resolve) => {
      this.#worker.on('message', (answer: WorkerAnswer) => {
        if ('module' in answer) resolve(answer.module);
        else this.#settle(answer);
      });
    });
    this.#worker.on('error', (error) => this.#die(reasonOf(error), error.message));
    this.#worker.on('exit', () => this.#die('crashed', 'its thread ended'));
    this.#ready = source.then((from) => {
      this.#worker.postMessage(from, 'bytes' in from ? [from.bytes.buffer] : []);
    });
    this.#ready.catch(() => {}); // the request reports it
  }

  async run(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    this.#worker.ref();
    await this.#ready;
    const outcome = this.#death ?? (await this.#exchange(frame));
    this.#worker.unref();
    if ('failure' in outcome) throw new EngineFailure(outcome.failure, this.#sentence(outcome));
    return outcome.frame;
  }

  /** An idle worker lets the process exit, also while it ends and gives its memory back: a timer holds that up. */
  async stop(): Promise<void> {
    const held = setInterval(() => {}, holdMs);
    await this.#worker.terminate();
    clearInterval(held);
  }

  #exchange(frame: Uint8Array<ArrayBuffer>): Promise<Outcome> {
    return new Promise((resolve) => {
      const late = { failure: 'timed-out', detail: '' } as const;
      const timer = setTimeout(() => this.#settle(late), this.#limits.deadlineMs);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#worker.postMessage(frame, [frame.buffer]);
    });
  }

  #die(failure: FailureReason, detail: string): void {
    this.#death ??= { failure, detail };
    this.#settle(this.#death);
  }

  #sentence({ failure, detail }: { failure: FailureReason; detail: string }): string {
    const { memoryMiB, deadlineMs } = this.#limits;
    if (failure === 'timed-out') return `ran longer than ${deadlineMs / 1000} s`;
    if (failure === 'crashed') return `crashed: ${detail}`;
    return `needed more than ${memoryMiB % 1024 === 0 ? `${memoryMiB / 1024} GiB` : `${memoryMiB} MiB`} of memory`;
  }
}

function reasonOf(error: NodeJS.ErrnoException): FailureReason {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out-of-memory' : 'crashed';
}
