import type { Heap } from '../../lifecycle/heap.ts';
import { code } from '../../text/escape.ts';
import type { Message } from '../rule.ts';
import { memory } from './memory-words.ts';

/** What the messages of bytes are made of. */
interface Exceeds {
  readonly container: string;
  readonly runtime: Heap['runtime'];
  readonly setting: string;
  /** The environment variable that the setting stands in; null for the command line. */
  readonly variable: string | null;
  readonly heapBytes: number;
  /** What it is held against, and the field that says so. */
  readonly memoryBytes: number;
  readonly field: string;
  readonly overBytes: number;
}

interface Percent {
  readonly container: string;
  readonly setting: string;
  readonly variable: string | null;
  readonly percent: number;
}

/** What each runtime needs beside the heap that is set. */
const beside: Readonly<Record<Heap['runtime'], string>> = {
  jvm: 'metaspace, thread stacks, compiled code and direct buffers',
  node: 'young objects, buffers, code and native modules',
  go: 'what the Go runtime does not count (the binary, C libraries)',
};

function place({ setting, variable }: Pick<Exceeds, 'setting' | 'variable'>): string {
  return variable === null ? code(setting) : `${code(setting)} in ${code(variable)}`;
}

function arithmetic(data: Exceeds): string {
  const { heapBytes, memoryBytes, overBytes, runtime } = data;
  const difference = `${memory(heapBytes)} − ${memory(memoryBytes)}`;
  return overBytes > 0
    ? `${difference} = ${memory(overBytes)} too much, before ${beside[runtime]}`
    : `0 MiB is left for ${beside[runtime]}`;
}

function text(data: Exceeds): string {
  const { container, heapBytes, memoryBytes, field } = data;
  const fields = `${code(field)} is ${memory(memoryBytes)}`;
  return `${place(data)} of ${code(container)} is ${memory(heapBytes)}; ${fields}: ${arithmetic(data)}.`;
}

const killed = ({ container }: Exceeds): string =>
  `A container over its memory limit is killed (OOMKilled). ${code(container)} gets there before its heap is full: no ` +
  'out-of-memory error of its own, no shutdown, and what it was working on is lost.';

const waysOut: Readonly<Record<Heap['runtime'], string>> = {
  jvm:
    ' `-XX:MaxRAMPercentage` instead of a fixed size takes the heap from the limit, whatever that is (25 % where it ' +
    'is not set).',
  node: " Node.js' documentation leaves a quarter to the rest: 1536 of 2048 MiB.",
  go: " Go's guide leaves 5-10 % of the limit above `GOMEMLIMIT`.",
};

const fix = ({ setting, field, runtime }: Exceeds): string =>
  `Lower ${code(setting)} or raise ${code(field)}, so that it holds both.${waysOut[runtime]}`;

const title = ({ container, heapBytes, memoryBytes }: Exceeds): string =>
  `The heap of ${code(container)} may grow to ${memory(heapBytes)} under a memory limit of ${memory(memoryBytes)}`;

const exceeds: Message<Exceeds> = {
  class: 'contradiction',
  severity: 'error',
  title,
  text,
  why: killed,
  fix,
};

const likely: Message<Exceeds> = {
  class: 'hazard',
  severity: 'warning',
  title,
  text: (data) =>
    `${text(data)} Whether ${code(data.setting)} reaches the runtime is decided by what the image runs.`,
  why: killed,
  fix,
};

const soft: Message<Exceeds> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container, heapBytes, memoryBytes }) =>
    `\`GOMEMLIMIT\` of ${code(container)} is ${memory(heapBytes)} under a memory limit of ${memory(memoryBytes)}`,
  text,
  why: ({ container }) =>
    `Go collects garbage harder when it comes near \`GOMEMLIMIT\`. ${code(container)} is killed at its memory limit ` +
    '(OOMKilled) before that begins.',
  fix,
};

const request: Message<Exceeds> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container, heapBytes, memoryBytes }) =>
    `The heap of ${code(container)} may grow to ${memory(heapBytes)}, and ${memory(memoryBytes)} are requested, ` +
    'without a limit',
  text,
  why: ({ container }) =>
    'The scheduler places the pod by its request. When a node runs short of memory, the kubelet evicts pods first that ' +
    `use more than they request: the pod of ${code(container)} is one of them once its heap has grown.`,
  fix,
};

const percent: Message<Percent> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container }) => `The heap of ${code(container)} may take its whole memory limit`,
  text: (data) =>
    `${place(data)} of ${code(data.container)} is ${data.percent} %: 100 % − ${data.percent} % = 0 % of the memory ` +
    `limit is left for ${beside.jvm}.`,
  why: ({ container }) =>
    `A container over its memory limit is killed (OOMKilled). ${code(container)} gets there before its heap is full, and ` +
    'lives only as long as its heap stays small.',
  fix: ({ setting }) => `Lower ${code(setting)}; the default is 25 %.`,
};

const percentRefused: Message<Percent> = {
  class: 'contradiction',
  severity: 'error',
  title: ({ container, percent: size }) =>
    `The virtual machine of ${code(container)} does not start: ${size} % is no share of memory`,
  text: (data) =>
    `${place(data)} of ${code(data.container)} is ${data.percent} %; the virtual machine accepts 0 to 100 %.`,
  why: ({ container }) =>
    `It ends with \`outside the allowed range [ 0.000000 ... 100.000000 ]\` each time that ${code(container)} is started.`,
  fix: ({ setting }) => `Set ${code(setting)} to a share that leaves room for the rest; the default is 25 %.`,
};

export const heapMessages = { exceeds, likely, soft, request, percent, percentRefused };
