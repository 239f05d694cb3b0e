import { Worker } from 'node:worker_threads';
import { workerUrl } from './module.ts';
import type { World } from './wasi.ts';
import type { WorkerAnswer, WorkerSetup } from './worker.ts';

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
 * Helm itself stops recursion after 1,000 nested includes, which takes this much stack; the rest bounds the
 * worker's own JavaScript, which does next to nothing.
 */
const resourceLimits = { stackSizeMb: 32, maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

/** One worker thread. It lets the process exit unless a request is under way. */
export class Instance {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #limits: InstanceLimits;

  constructor(module: Promise<WebAssembly.Module>, world: World, limits: InstanceLimits) {
    this.#worker = new Worker(workerUrl, { env: {}, resourceLimits, execArgv: [], stdin: false });
    this.#worker.unref();
    this.#worker.on('error', () => {}); // also reported to the request; an idle worker's death is nobody's loss
    this.#limits = limits;
    this.#ready = module.then((m) => {
      this.#worker.postMessage({ module: m, world } satisfies WorkerSetup);
    });
    this.#ready.catch(() => {}); // reported to the request
  }

  async run(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    this.#worker.ref();
    await this.#ready;
    const answer = await this.#exchange(frame);
    this.#worker.unref();
    return answer;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #exchange(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const fail = (reason: FailureReason, detail = '') => {
        end();
        reject(new EngineFailure(reason, this.#sentence(reason, detail)));
      };
      const answered = (answer: WorkerAnswer) => {
        if ('failure' in answer) return fail(answer.failure, answer.detail);
        end();
        resolve(answer.frame);
      };
      const failed = (error: NodeJS.ErrnoException) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? fail('out-of-memory') : fail('crashed', error.message);
      const exited = () => fail('crashed', 'its thread ended');
      const timer = setTimeout(fail, this.#limits.deadlineMs, 'timed-out');
      const end = () => {
        clearTimeout(timer);
        worker.off('message', answered).off('error', failed).off('exit', exited);
      };
      worker.on('message', answered).on('error', failed).on('exit', exited);
      worker.postMessage(frame, [frame.buffer]);
    });
  }

  #sentence(reason: FailureReason, detail: string): string {
    const { memoryMiB, deadlineMs } = this.#limits;
    if (reason === 'timed-out') return `ran longer than ${deadlineMs / 1000} s`;
    if (reason === 'crashed') return `crashed: ${detail}`;
    return `needed more than ${memoryMiB % 1024 === 0 ? `${memoryMiB / 1024} GiB` : `${memoryMiB} MiB`} of memory`;
  }
}
