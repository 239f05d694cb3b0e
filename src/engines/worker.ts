import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { createWasi, type Wasi, type World } from './wasi.ts';

export interface WorkerSetup {
  readonly memoryMiB: number;
  readonly world: World;
}

/** The first message: what to run. Bytes are compiled, and the module is handed out for other workers. */
export type ModuleSource = { readonly bytes: Uint8Array<ArrayBuffer> } | CompiledModule;

export interface CompiledModule {
  readonly module: WebAssembly.Module;
}

/** Every later message is a request's frame. */
export type WorkerAnswer =
  | CompiledModule
  | { readonly frame: Uint8Array<ArrayBuffer> }
  | { readonly failure: 'out-of-memory' | 'crashed'; readonly detail: string };

/**
 * How much a function runs before V8 compiles it a second time, optimised (13 million by default). A run lasts
 * seconds and each render calls other functions: with the default most of that work is thrown away, and the process
 * cannot end before it is done. Measured on the example: 0.9 s of CPU saved of 3, and 0.7 s of waiting at the end.
 */
const tieringBudget = 400_000_000;

/** Share of the memory limit below which an engine collects no garbage. */
const uncollected = 0.25;

/** Share of the memory limit below which an instance serves on: its memory never shrinks. */
const small = 0.15;

const bytesPerMiB = 2 ** 20;

interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Where it is there, requests may follow each other in one instance. */
  collectAbove?(limitMiB: number): void;
  alloc(length: number): number;
  handle(): number;
  outlen(): number;
}

interface Running {
  readonly exports: Exports;
  readonly wasi: Wasi;
}

/**
 * An instance serves on while it is small and well: what it has parsed serves the next request too, and its answers
 * do not depend on what came before. After a failure, or without a promise of that, the next request gets a new one.
 */
class Server {
  readonly #module: WebAssembly.Module;
  readonly #world: World;
  readonly #memoryMiB: number;
  #running: Running | null = null;

  constructor(module: WebAssembly.Module, { world, memoryMiB }: WorkerSetup) {
    this.#module = module;
    this.#world = world;
    this.#memoryMiB = memoryMiB;
  }

  serve(frame: Uint8Array): Exclude<WorkerAnswer, CompiledModule> {
    const wasi = this.#running?.wasi ?? createWasi(this.#world, () => this.#running!.exports.memory);
    try {
      const { exports } = this.#running ?? this.#start(wasi);
      wasi.restart();
      const answer = run(exports, frame);
      if (!this.#servesOn(exports)) this.#running = null;
      return { frame: answer };
    } catch (error) {
      this.#running = null;
      return { failure: reasonOf(error, wasi), detail: detailOf(error, wasi) };
    }
  }

  #start(wasi: Wasi): Running {
    const instance = new WebAssembly.Instance(this.#module, { wasi_snapshot_preview1: wasi.imports });
    const exports = instance.exports as Exports;
    this.#running = { exports, wasi };
    exports.collectAbove?.(this.#memoryMiB * uncollected);
    return this.#running;
  }

  #servesOn({ collectAbove, memory }: Exports): boolean {
    const limit = this.#memoryMiB * bytesPerMiB;
    return collectAbove !== undefined && memory.buffer.byteLength < limit * small;
  }
}

parentPort?.once('message', (source: ModuleSource) => {
  const module = 'module' in source ? source.module : compile(source.bytes);
  if ('bytes' in source) parentPort?.postMessage({ module } satisfies WorkerAnswer);
  const server = new Server(module, workerData as WorkerSetup);
  parentPort?.on('message', (frame: Uint8Array) => {
    const answer = server.serve(frame);
    parentPort?.postMessage(answer, 'frame' in answer ? [answer.frame.buffer] : []);
  });
});

/** Functions are checked when they are first called: most never are, and the module is our own. */
function compile(bytes: Uint8Array): WebAssembly.Module {
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  setFlagsFromString('--wasm-lazy-validation');
  return new WebAssembly.Module(bytes);
}

function run(exports: Exports, frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const request = exports.alloc(frame.length) >>> 0;
  new Uint8Array(exports.memory.buffer, request, frame.length).set(frame);
  const answer = exports.handle() >>> 0;
  return new Uint8Array(exports.memory.buffer, answer, exports.outlen() >>> 0).slice();
}

function reasonOf(error: unknown, wasi: Wasi): 'out-of-memory' | 'crashed' {
  const words = `${error} ${wasi.printed()}`;
  return /out of memory|cannot allocate memory|could not allocate/i.test(words) ? 'out-of-memory' : 'crashed';
}

/** The first line that the program printed, which is Go's reason; else what the JavaScript engine says. */
function detailOf(error: unknown, wasi: Wasi): string {
  if (error instanceof RangeError && /call stack/.test(error.message)) return 'it called itself too deeply';
  return wasi.printed().split('\n', 1)[0] || String(error);
}
