/**
 * What a plain scalar means to Kubernetes and Helm, which read YAML with sigs.k8s.io/yaml (the rules of
 * go.yaml.in/yaml/v2): the words of YAML 1.1 and octal numbers, but neither dates nor 12:30 as a number.
 */
export type ScalarValue = string | number | boolean | null;

const words = new Map<string, ScalarValue>([
  ...spellings(true, ['y', 'yes', 'true', 'on']),
  ...spellings(false, ['n', 'no', 'false', 'off']),
  ...spellings(null, ['null']),
  ['', null],
  ['~', null],
]);

function spellings(value: ScalarValue, names: readonly string[]): [string, ScalarValue][] {
  return names.flatMap((name) => {
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    return [name, capital, name.toUpperCase()].map((word): [string, ScalarValue] => [word, value]);
  });
}

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** Resolves an unquoted scalar without a tag. */
export function resolvePlain(source: string): ScalarValue {
  const word = words.get(source);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(source)) return source;
  const digits = source.charAt(0) === '.' ? source : source.replaceAll('_', '');
  return integerOf(digits) ?? floatOf(digits) ?? source;
}

function integerOf(text: string): number | null {
  const match = integer.exec(text);
  if (match === null) return null;
  const [, sign, hex, binary, octal, decimal] = match;
  const size =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : binary !== undefined
        ? Number.parseInt(binary, 2)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : Number(decimal);
  return sign === '-' && size !== 0 ? -size : size;
}

function floatOf(text: string): number | null {
  if (!float.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Resolves a scalar that carries one of YAML's own tags; other tags leave the text as it is. */
export function resolveTagged(tag: string, source: string): ScalarValue {
  switch (tag) {
    case 'tag:yaml.org,2002:bool':
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
    case 'tag:yaml.org,2002:null':
      return resolvePlain(source);
    case 'tag:yaml.org,2002:binary':
      return Buffer.from(source, 'base64').toString('utf8');
    default:
      return source;
  }
}
