import { valueAt } from '../../manifest/field-path.ts';
import { readField } from '../../resources/resource.ts';
import { code } from '../../text/escape.ts';
import { nearest } from '../../text/nearest.ts';
import { type Explanation, listed } from './kubernetes-words.ts';

interface Unsupported {
  readonly field: string;
  readonly value: string;
  readonly supported: readonly string[];
  readonly nearest: string | null;
}

interface NoPort {
  readonly field: string;
  readonly list: string;
}

/** Longest value that is repeated. No value of an enumeration is longer; another text is none of the reader's. */
const longestValue = 40;

/** What any kind can have: field.NotSupported, and ports without a number, which validation tells as 0. */
export const explainedValues: readonly Explanation[] = [
  {
    id: 'unsupported-value',
    field: /./,
    detail: /^supported values: "[^"]+"(, "[^"]+")*$/,
    read(resource, path, { detail }) {
      const value = valueAt(resource.manifest.value, path);
      if (typeof value !== 'string' || value.length > longestValue) return null;
      const supported = [...detail.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
      return {
        data: { field: String(path.at(-1)), value, supported, nearest: nearest(value, supported) },
        group: JSON.stringify([path.at(-1), value]),
      };
    },
    title: ({ field, value, nearest: near }: Unsupported) =>
      near === null
        ? `${code(`${field}: ${value}`)} is no value that Kubernetes knows`
        : `${code(`${field}: ${value}`)} is no value that Kubernetes knows; ${code(near)} is`,
    text: ({ field, supported }: Unsupported) =>
      `${code(field)} is ${listed(supported).replace(/ and (?=[^,]*$)/, ' or ')}, in these very letters.`,
    fix: ({ field, supported, nearest: near }: Unsupported) =>
      near === null ? `Write one of ${listed(supported)}.` : `Write ${code(`${field}: ${near}`)}.`,
  },
  {
    id: 'port-missing',
    field: /ports\[\d+\]\.(port|containerPort)$/,
    detail: /^must be between 1 and 65535, inclusive$/,
    read(resource, path) {
      if (readField(resource, path).from === 'set') return null;
      const data = { field: String(path.at(-1)), list: String(path.at(-3)) };
      return { data, group: JSON.stringify([path.slice(0, -2), data.field]) };
    },
    title: ({ field }: NoPort) => `A port has no ${code(field)}`,
    text: ({ field, list }: NoPort) =>
      `An item of ${code(list)} states no ${code(field)}, which is required: it says where connections arrive.`,
    fix: ({ field }: NoPort) => `Add ${code(field)} with its number.`,
  },
];
