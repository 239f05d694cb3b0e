// Runs a module's `_initialize` at build time and writes the memory and globals that it leaves into the module,
// so that an instance starts where initialisation ended. The world that initialisation sees is fixed, hence the
// result is the same for the same module.

const section = { type: 1, import: 2, memory: 5, global: 6, export: 7, start: 8, dataCount: 12, data: 11 };
/** WASI error numbers. */
const badDescriptor = 8;
const notSupported = 52;
/** Go takes a clock that reads 0 for broken. */
const startNanoseconds = 1n;
const pageBytes = 65_536;
/** Zero runs up to this length stay inside a data segment: V8 takes at most 100,000 segments. */
const joinedGap = 64;
const joinedGapWide = 1024;

/** The largest maximum there is, written as long as any can be: the host overwrites it with its limit. */
const roomForMaximum = [0x80, 0x80, 0x84, 0x80, 0x00];

export function preinitialise(wasm) {
  const sections = readSections(wasm);
  const globals = readGlobals(sections.find((s) => s.id === section.global).body);
  const probe = write(sections, { [section.export]: (body) => exportGlobals(body, globals.length) });
  const { memory, values } = run(probe, globals.length);
  return write(sections, {
    [section.memory]: () => concat([[1, 1], leb(memory.length / pageBytes), roomForMaximum]),
    [section.global]: () => writeGlobals(globals, values),
    [section.export]: dropInitialise,
    [section.data]: () => writeData(memory),
  });
}

function run(wasm, count) {
  const module = new WebAssembly.Module(wasm);
  let memory;
  const calls = fixedWorld(() => new DataView(memory.buffer));
  const names = WebAssembly.Module.imports(module).map((i) => i.name);
  const imports = Object.fromEntries(names.map((name) => [name, calls[name] ?? (() => notSupported)]));
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  memory = exports.memory;
  exports._initialize();
  const values = Array.from({ length: count }, (_, i) => exports[`global:${i}`].value);
  return { memory: new Uint8Array(memory.buffer), values };
}

/** A clock that stands, bytes that are all the same, one argument (logging reads the program's name), no environment. */
function fixedWorld(view) {
  return {
    clock_time_get(_id, _precision, out) {
      view().setBigUint64(out, startNanoseconds, true);
      return 0;
    },
    random_get(at, length) {
      new Uint8Array(view().buffer, at, length).fill(0x5a);
      return 0;
    },
    args_sizes_get(count, size) {
      view().setUint32(count, 1, true);
      view().setUint32(size, 2, true);
      return 0;
    },
    args_get(pointers, text) {
      view().setUint32(pointers, text, true);
      view().setUint16(text, 'e'.charCodeAt(0), true);
      return 0;
    },
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    fd_write(_fd, vectors, count) {
      for (let i = 0; i < count; i++) {
        const [at, length] = [
          view().getUint32(vectors + 8 * i, true),
          view().getUint32(vectors + 8 * i + 4, true),
        ];
        process.stderr.write(new Uint8Array(view().buffer, at, length));
      }
      return 0;
    },
    sched_yield: () => 0,
    fd_prestat_get: () => badDescriptor,
  };
}

function readSections(wasm) {
  const r = reader(wasm, 8);
  const sections = [];
  while (r.at < wasm.length) {
    const id = r.byte();
    const length = r.number();
    sections.push({ id, body: wasm.subarray(r.at, r.at + length) });
    r.at += length;
  }
  if (sections.some((s) => s.id === section.start || s.id === section.dataCount)) {
    throw new Error('a start function or passive data cannot be preinitialised');
  }
  return sections;
}

function write(sections, changes) {
  const parts = [[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]];
  for (const { id, body } of sections) {
    const written = changes[id]?.(body) ?? body;
    parts.push([id], leb(written.length), written);
  }
  return concat(parts);
}

/** Go's globals are of i32 and i64 alone, each with a constant. */
function readGlobals(body) {
  const r = reader(body, 0);
  return Array.from({ length: r.number() }, () => {
    const type = r.byte();
    const mutable = r.byte();
    const op = r.byte();
    if (op !== 0x41 && op !== 0x42) throw new Error(`a global begins with opcode ${op}`);
    while (r.byte() & 0x80);
    if (r.byte() !== 0x0b) throw new Error('a global is not a plain constant');
    return { type, mutable, op };
  });
}

function writeGlobals(globals, values) {
  const entries = globals.map((g, i) =>
    concat([[g.type, g.mutable, g.op], signedLeb(BigInt(values[i])), [0x0b]]),
  );
  return concat([leb(globals.length), ...entries]);
}

function exportGlobals(body, count) {
  const r = reader(body, 0);
  const exported = r.number();
  const added = Array.from({ length: count }, (_, i) => {
    const name = Buffer.from(`global:${i}`);
    return concat([leb(name.length), name, [3], leb(i)]);
  });
  return concat([leb(exported + count), body.subarray(r.at), ...added]);
}

function dropInitialise(body) {
  const r = reader(body, 0);
  const entries = Array.from({ length: r.number() }, () => {
    const start = r.at;
    const nameLength = r.number();
    const name = Buffer.from(body.subarray(r.at, r.at + nameLength)).toString();
    r.at += nameLength + 1;
    r.number();
    return { name, bytes: body.subarray(start, r.at) };
  }).filter((e) => e.name !== '_initialize');
  return concat([leb(entries.length), ...entries.map((e) => e.bytes)]);
}

function writeData(memory) {
  let runs = nonZeroRuns(memory, joinedGap);
  if (runs.length > 90_000) runs = nonZeroRuns(memory, joinedGapWide);
  const segments = runs.map(([start, end]) =>
    concat([[0, 0x41], signedLeb(BigInt(start)), [0x0b], leb(end - start), memory.subarray(start, end)]),
  );
  return concat([leb(segments.length), ...segments]);
}

function nonZeroRuns(memory, gap) {
  const runs = [];
  let start = -1;
  let end = 0;
  for (let i = 0; i < memory.length; i++) {
    if (memory[i] === 0) continue;
    if (start >= 0 && i - end > gap) {
      runs.push([start, end]);
      start = i;
    }
    if (start < 0) start = i;
    end = i + 1;
  }
  if (start >= 0) runs.push([start, end]);
  return runs;
}

function reader(bytes, at) {
  return {
    at,
    byte() {
      return bytes[this.at++];
    },
    number() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = this.byte();
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) return value;
      }
    },
  };
}

function leb(value) {
  const bytes = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return bytes;
}

function signedLeb(value) {
  const bytes = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    const done = (value === 0n && !(low & 0x40)) || (value === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

function concat(parts) {
  return Buffer.concat(parts.map((p) => (p instanceof Uint8Array ? p : Uint8Array.from(p))));
}
