const memorySection = 5;
const pagesPerMiB = 16;

/** Writes a maximum into the memory section of a module that arrives in chunks: the sandbox's hard limit. */
export async function* limitMemory(
  chunks: AsyncIterable<Uint8Array>,
  memoryMiB: number,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const limited = withMaximum(head, memoryMiB * pagesPerMiB);
    if (limited === null) continue;
    head = null;
    yield limited;
  }
  if (head !== null) throw new Error('the engine has no memory section');
}

/** Null while the memory section has not arrived. */
function withMaximum(head: Uint8Array, maximum: number): Uint8Array | null {
  const reader = { bytes: head, at: 8 };
  while (reader.at < head.length) {
    const start = reader.at;
    const id = readNumber(reader);
    const length = readNumber(reader);
    const end = reader.at + length;
    if (id !== memorySection) {
      reader.at = end;
      continue;
    }
    if (end > head.length) return null;
    reader.at += 2; // one memory, and whether it has a maximum
    const limits = [1, 1, ...number(readNumber(reader)), ...number(maximum)];
    const section = [memorySection, ...number(limits.length), ...limits];
    return Buffer.concat([head.subarray(0, start), Uint8Array.from(section), head.subarray(end)]);
  }
  return null;
}

/** WebAssembly's variable-length numbers (LEB128). Reading past the end gives zeros, which the caller notices. */
function readNumber(reader: { bytes: Uint8Array; at: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.bytes[reader.at++] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

function number(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
}
