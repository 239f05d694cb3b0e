import { setFlagsFromString } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
// src/engines/wasi.ts
const tick = 1000n;
function createWasi(world, memory) {
	let view = () => new DataView(memory().buffer), random = byteSource(world.seed), epoch = BigInt(Math.round(world.clock)) * 1000000n, elapsed = tick, printed = "", imports = {
		clock_time_get(id, _precision, out) {
			return id !== 0 && (elapsed += tick), view().setBigUint64(out, id === 0 ? epoch : elapsed, !0), 0;
		},
		random_get(at, length) {
			let bytes = new Uint8Array(memory().buffer, at, length);
			for (let i = 0; i < length; i++) bytes[i] = random();
			return 0;
		},
		fd_write(_fd, vectors, count, out) {
			let total = 0;
			for (let i = 0; i < count; i++) {
				let length = view().getUint32(vectors + 8 * i + 4, !0), text = new Uint8Array(memory().buffer, view().getUint32(vectors + 8 * i, !0), length);
				printed = (printed + new TextDecoder().decode(text)).slice(0, 8192), total += length;
			}
			return view().setUint32(out, total, !0), 0;
		},
		poll_oneoff(subscriptions, events, _count, out) {
			return elapsed += view().getBigUint64(subscriptions + 24, !0), new Uint8Array(memory().buffer, events, 32).fill(0), view().setBigUint64(events, view().getBigUint64(subscriptions, !0), !0), view().setUint32(out, 1, !0), 0;
		},
		args_sizes_get: (count, size) => sizes(count, 1, size, 2),
		args_get(pointers, text) {
			return view().setUint32(pointers, text, !0), view().setUint16(text, 101, !0), 0;
		},
		environ_sizes_get: (count, size) => sizes(count, 0, size, 0),
		environ_get: () => 0,
		sched_yield: () => 0,
		fd_prestat_get: () => 8,
		proc_exit(code) {
			throw Error(`exit code ${code}`);
		}
	}, sizes = (countAt, count, sizeAt, size) => (view().setUint32(countAt, count, !0), view().setUint32(sizeAt, size, !0), 0);
	return {
		imports: new Proxy(imports, { get: (known, name) => known[name] ?? (() => 52) }),
		restart() {
			random = byteSource(world.seed), printed = "";
		},
		printed: () => printed
	};
}
function byteSource(seed) {
	let state = (seed ^ 2654435769) >>> 0 || 1;
	return () => (state ^= state << 13, state ^= state >>> 17, state ^= state << 5, state >>> 11 & 255);
}
// src/engines/worker.ts
const bytesPerMiB = 2 ** 20;
var Server = class {
	#module;
	#world;
	#memoryMiB;
	#running = null;
	constructor(module, { world, memoryMiB }) {
		this.#module = module, this.#world = world, this.#memoryMiB = memoryMiB;
	}
	serve(frame) {
		let wasi = this.#running?.wasi ?? createWasi(this.#world, () => this.#running.exports.memory);
		try {
			let { exports } = this.#running ?? this.#start(wasi);
			wasi.restart();
			let answer = run(exports, frame);
			return this.#servesOn(exports) || (this.#running = null), { frame: answer };
		} catch (error) {
			return this.#running = null, {
				failure: reasonOf(error, wasi),
				detail: detailOf(error, wasi)
			};
		}
	}
	#start(wasi) {
		let exports = new WebAssembly.Instance(this.#module, { wasi_snapshot_preview1: wasi.imports }).exports;
		return this.#running = {
			exports,
			wasi
		}, exports.collectAbove?.(this.#memoryMiB * .25), this.#running;
	}
	#servesOn({ collectAbove, memory }) {
		let limit = this.#memoryMiB * bytesPerMiB;
		return collectAbove !== void 0 && memory.buffer.byteLength < limit * .15;
	}
};
parentPort?.once("message", (source) => {
	let module = "module" in source ? source.module : compile(source.bytes);
	"bytes" in source && parentPort?.postMessage({ module });
	let server = new Server(module, workerData);
	parentPort?.on("message", (frame) => {
		let answer = server.serve(frame);
		parentPort?.postMessage(answer, "frame" in answer ? [answer.frame.buffer] : []);
	});
});
function compile(bytes) {
	return setFlagsFromString("--wasm-tiering-budget=400000000"), setFlagsFromString("--wasm-lazy-validation"), new WebAssembly.Module(bytes);
}
function run(exports, frame) {
	let request = exports.alloc(frame.length) >>> 0;
	new Uint8Array(exports.memory.buffer, request, frame.length).set(frame);
	let answer = exports.handle() >>> 0;
	return new Uint8Array(exports.memory.buffer, answer, exports.outlen() >>> 0).slice();
}
function reasonOf(error, wasi) {
	let words = `${error} ${wasi.printed()}`;
	return /out of memory|cannot allocate memory|could not allocate/i.test(words) ? "out-of-memory" : "crashed";
}
function detailOf(error, wasi) {
	return error instanceof RangeError && /call stack/.test(error.message) ? "it called itself too deeply" : wasi.printed().split("\n", 1)[0] || String(error);
}
export {};
