/** What an instance can learn of the world: nothing but what stands here, the same for each request. */
export interface World {
  readonly seed: number;
  /** Milliseconds since the epoch that the wall clock reads when a request begins. */
  readonly clock: number;
}

export interface Wasi {
  readonly imports: WebAssembly.ModuleImports;
  /** Begins a request: what is random starts anew, and nothing has been printed. */
  restart(): void;
  /** The end of what the program printed: its last words when it dies. */
  printed(): string;
}

/** WASI error number: function not supported. */
const ENOSYS = 52;
/** WASI error number: bad file descriptor, which ends the search for open folders. */
const EBADF = 8;
const printedLimit = 8192;
/** Nanoseconds that pass between two looks at the monotonic clock, so that nothing divides by zero. */
const tick = 1000n;

/** WASI's number of the clock that tells the date. */
const wallClock = 0;

/** The few calls that Go's runtime makes. Every other import answers "not supported". */
export function createWasi(world: World, memory: () => WebAssembly.Memory): Wasi {
  const view = () => new DataView(memory().buffer);
  let random = byteSource(world.seed);
  const epoch = BigInt(Math.round(world.clock)) * 1_000_000n;
  let elapsed = tick;
  let printed = '';

  const imports: WebAssembly.ModuleImports = {
    clock_time_get(id: number, _precision: bigint, out: number) {
      // The wall clock stands still: what a chart prints of it must not depend on who looked before.
      if (id !== wallClock) elapsed += tick;
      view().setBigUint64(out, id === wallClock ? epoch : elapsed, true);
      return 0;
    },
    random_get(at: number, length: number) {
      const bytes = new Uint8Array(memory().buffer, at, length);
      for (let i = 0; i < length; i++) bytes[i] = random();
      return 0;
    },
    fd_write(_fd: number, vectors: number, count: number, out: number) {
      let total = 0;
      for (let i = 0; i < count; i++) {
        const length = view().getUint32(vectors + 8 * i + 4, true);
        const text = new Uint8Array(memory().buffer, view().getUint32(vectors + 8 * i, true), length);
        printed = (printed + new TextDecoder().decode(text)).slice(0, printedLimit);
        total += length;
      }
      view().setUint32(out, total, true);
      return 0;
    },
    poll_oneoff(subscriptions: number, events: number, _count: number, out: number) {
      // Go sleeps by this: the clock jumps to where the sleeper wanted to wake.
      elapsed += view().getBigUint64(subscriptions + 24, true);
      new Uint8Array(memory().buffer, events, 32).fill(0);
      view().setBigUint64(events, view().getBigUint64(subscriptions, true), true);
      view().setUint32(out, 1, true);
      return 0;
    },
    args_sizes_get: (count: number, size: number) => sizes(count, 1, size, 2),
    args_get(pointers: number, text: number) {
      view().setUint32(pointers, text, true);
      view().setUint16(text, 'e'.charCodeAt(0), true);
      return 0;
    },
    environ_sizes_get: (count: number, size: number) => sizes(count, 0, size, 0),
    environ_get: () => 0,
    sched_yield: () => 0,
    fd_prestat_get: () => EBADF,
    proc_exit(code: number) {
      throw new Error(`exit code ${code}`);
    },
  };
  const sizes = (countAt: number, count: number, sizeAt: number, size: number) => {
    view().setUint32(countAt, count, true);
    view().setUint32(sizeAt, size, true);
    return 0;
  };
  const missing = { get: (known: typeof imports, name: string) => known[name] ?? (() => ENOSYS) };
  return {
    imports: new Proxy(imports, missing),
    restart() {
      random = byteSource(world.seed);
      printed = '';
    },
    printed: () => printed,
  };
}

/** Bytes of a xorshift generator: repeatable is all they have to be. */
function byteSource(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 11) & 0xff;
  };
}
