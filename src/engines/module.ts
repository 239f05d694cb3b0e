import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { limitMemory } from './memory-limit.ts';

export type EngineName = 'helm' | 'kubernetes' | 'kustomize';

/** In development the sources run from src/engines; in the bundle everything lies in dist. */
const fromSource = import.meta.url.endsWith('.ts');

export const workerUrl = new URL(fromSource ? './worker.ts' : './engines/worker.js', import.meta.url);

/** The most that an engine unpacks to, in bytes: it is decompressed in one piece. */
const maxModule = 32 * 2 ** 20;

/** The bytes of an engine with its memory limited. Decompressed in a thread of its own. */
export async function readModule(name: EngineName, memoryMiB: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = new URL(`${fromSource ? '../../dist/engines' : './engines'}/${name}.wasm.br`, import.meta.url);
  const module = await promisify(brotliDecompress)(await readFile(file), { chunkSize: maxModule });
  limitMemory(module, memoryMiB);
  return module as Uint8Array<ArrayBuffer>;
}
