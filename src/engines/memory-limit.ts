const memorySection = 5;
const pagesPerMiB = 16;
/** Length of the maximum that the build leaves room for. */
const maximumBytes = 5;

/** Writes a maximum into the memory section of a module, in place: the sandbox's hard limit. */
export function limitMemory(module: Uint8Array, memoryMiB: number): void {
  const reader = { bytes: module, at: 8 };
  while (reader.at < module.length) {
    const id = readNumber(reader);
    const length = readNumber(reader);
    const end = reader.at + length;
    const hasMaximum = module[reader.at + 1] === 1;
    if (id === memorySection && hasMaximum && readNumber({ bytes: module, at: end - maximumBytes }) > 0) {
      writeNumber(module.subarray(end - maximumBytes, end), memoryMiB * pagesPerMiB);
      return;
    }
    reader.at = end;
  }
  throw new Error('the engine has no room for a memory limit');
}

/** WebAssembly's variable-length numbers (LEB128). Reading past the end gives zeros. */
function readNumber(reader: { bytes: Uint8Array; at: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.bytes[reader.at++] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

/** A number as long as its place. */
function writeNumber(place: Uint8Array, value: number): void {
  for (let i = 0, rest = value; i < place.length; i += 1, rest = Math.floor(rest / 128)) {
    place[i] = (rest % 128) + (i < place.length - 1 ? 128 : 0);
  }
}
