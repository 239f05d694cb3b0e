import { parentPort } from 'node:worker_threads';
import { createWasi, type Wasi, type World } from './wasi.ts';

/** The first message sets the engine up, each later one is a request's frame. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  readonly world: World;
}

export type WorkerAnswer =
  | { readonly frame: Uint8Array<ArrayBuffer> }
  | { readonly failure: 'out-of-memory' | 'crashed'; readonly detail: string };

interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Absent where the module was initialised when it was built. */
  readonly _initialize?: () => void;
  alloc(length: number): number;
  handle(): number;
  outlen(): number;
}

parentPort?.once('message', (setup: WorkerSetup) => {
  parentPort?.on('message', (frame: Uint8Array) => {
    const answer = serve(setup, frame);
    parentPort?.postMessage(answer, 'frame' in answer ? [answer.frame.buffer] : []);
  });
});

/** Each request has an instance of its own, hence the same memory to start from. */
function serve({ module, world }: WorkerSetup, frame: Uint8Array): WorkerAnswer {
  let exports: Exports | undefined;
  const wasi = createWasi(world, () => exports!.memory);
  try {
    exports = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.imports }).exports as Exports;
    return { frame: run(exports, frame) };
  } catch (error) {
    return { failure: reasonOf(error, wasi), detail: detailOf(error, wasi) };
  }
}

function run(exports: Exports, frame: Uint8Array): Uint8Array<ArrayBuffer> {
  exports._initialize?.();
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
