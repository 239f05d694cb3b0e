import type { FieldPath } from '../manifest/field-path.ts';
import { type Invocation, invocationOf } from '../programs/invocation.ts';
import { javaOptions } from '../programs/java-options.ts';
import { splitWords, type Written } from '../programs/written.ts';
import type { Container, Workload } from '../resources/workload.ts';

/** How much memory a runtime is told to use for its heap. */
export interface Heap {
  readonly runtime: 'jvm' | 'node' | 'go';
  /** The option or variable that says so. */
  readonly setting: string;
  /** The environment variable that the option stands in, or null for the command line. */
  readonly variable: string | null;
  /** Bytes, or percent of the container's memory limit. */
  readonly unit: 'bytes' | 'percent';
  readonly size: number;
  /** False where the image decides whether the option reaches the runtime, or something unknown may replace it. */
  readonly certain: boolean;
  readonly path: FieldPath;
}

/** At most one of each runtime: the one that wins. */
export function heapsOf(workload: Workload, container: Container): readonly Heap[] {
  const invocation = invocationOf(workload, container);
  return [jvmHeap(invocation), nodeHeap(invocation), goLimit(invocation)].filter((heap) => heap !== null);
}

const kibi = 1024;
const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

/** `-Xmx` and `-XX:MaxHeapSize` are one setting, and go before a percentage. */
function jvmHeap(invocation: Invocation): Heap | null {
  const options = javaOptions(invocation);
  const read = options.flatMap((option, index): readonly Heap[] => {
    const heap = jvmOption(option);
    const certain = option.certain && options.slice(index).every(({ text }) => text !== null);
    return heap === null ? [] : [{ ...heap, variable: option.variable, certain, path: option.path }];
  });
  const [surely, perhaps] = [read.filter(({ certain }) => certain), read];
  return jvmWinner(surely, options) ?? jvmWinner(perhaps, options);
}

function jvmWinner(heaps: readonly Heap[], options: readonly Written[]): Heap | null {
  const fixed = heaps.findLast(({ unit }) => unit === 'bytes');
  // Without container support, and with -XX:MaxRAM, it is a share of something else.
  const elsewhere = options.some(({ text }) => /^-XX:(-UseContainerSupport|MaxRAM=)/.test(text ?? ''));
  return fixed ?? (elsewhere ? null : (heaps.at(-1) ?? null));
}

function jvmOption({ text }: Written): Omit<Heap, 'variable' | 'certain' | 'path'> | null {
  const match = /^(-Xmx|-XX:MaxHeapSize=)(\d{1,15})([kmgt]?)$/i.exec(text ?? '');
  if (match !== null) {
    const [, name = '', number, unit = ''] = match;
    const size = Number(number) * kibi ** (powers[unit.toLowerCase()] ?? 0);
    return { runtime: 'jvm', setting: name.replace('=', ''), unit: 'bytes', size };
  }
  const percent = /^-XX:MaxRAMPercentage=(\d{1,5}(?:\.\d+)?)$/.exec(text ?? '')?.[1];
  if (percent === undefined) return null;
  return { runtime: 'jvm', setting: '-XX:MaxRAMPercentage', unit: 'percent', size: Number(percent) };
}

const oldSpace = /^--max[-_]old[-_]space[-_]size=(\d{1,9})$/;

/** In MiB; the command line goes before NODE_OPTIONS. https://nodejs.org/api/cli.html */
function nodeHeap({ program, args, variables }: Invocation): Heap | null {
  const options = variables.get('NODE_OPTIONS');
  const inVariable = options === undefined ? [] : splitWords(options);
  const found = [
    { words: nodeOptions(program, args), variable: null, certain: program !== null },
    { words: inVariable, variable: 'NODE_OPTIONS', certain: true },
  ].map(({ words, variable, certain }) => {
    const word = words.findLast(({ text }) => oldSpace.test(text ?? ''));
    if (word === undefined) return null;
    const size = Number(oldSpace.exec(word.text ?? '')?.[1]) * kibi ** 2;
    const known = certain && words.slice(words.indexOf(word)).every(({ text }) => text !== null);
    const read = { unit: 'bytes', size, variable, certain: known, path: word.path } as const;
    return { runtime: 'node', setting: '--max-old-space-size', ...read } as const;
  });
  return found.find((heap) => heap !== null) ?? null;
}

/** What stands before the script: what follows is for the application. */
function nodeOptions(program: string | null, args: readonly Written[]): readonly Written[] {
  if (program !== null && program !== 'node' && program !== 'nodejs') return [];
  const script = args.findIndex(({ text }) => text !== null && !text.startsWith('-'));
  return script < 0 ? args : args.slice(0, script);
}

/** `900MiB`; `off` is none. https://pkg.go.dev/runtime#hdr-Environment_Variables */
function goLimit({ variables }: Invocation): Heap | null {
  const variable = variables.get('GOMEMLIMIT');
  const match = /^(\d{1,16})(?:([KMGT])iB|B)?$/.exec(variable?.text ?? '');
  if (variable === undefined || match === null) return null;
  const [, number, unit = ''] = match;
  const size = Number(number) * kibi ** (powers[unit.toLowerCase()] ?? 0);
  const { path } = variable;
  return { runtime: 'go', setting: 'GOMEMLIMIT', variable: null, unit: 'bytes', size, certain: true, path };
}
