/** Steps from the root of an object to a field: map keys and list indices. */
export type FieldPath = readonly (string | number)[];

const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `spec.template.spec.containers[0].image`; keys that hold other characters are written `["a.b/c"]`. */
export function formatFieldPath(path: FieldPath): string {
  return path.reduce<string>(append, '');
}

function append(text: string, step: string | number): string {
  if (typeof step === 'number') return `${text}[${step}]`;
  if (!plainKey.test(step)) return `${text}[${JSON.stringify(step)}]`;
  return text === '' ? step : `${text}.${step}`;
}

/** The value at `path`, or undefined where a step is not there. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  let value: unknown = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    const next: unknown = (value as Record<string | number, unknown>)[step];
    if (next === undefined || (isInheritable(next, step) && !Object.hasOwn(value, step))) return undefined;
    value = next;
  }
  return value;
}

/** Whether `path` is stated in `root`, be it as null. */
export function isPresentAt(root: unknown, path: FieldPath): boolean {
  const parent = valueAt(root, path.slice(0, -1));
  const step = path.at(-1);
  return parent !== null && typeof parent === 'object' && step !== undefined && Object.hasOwn(parent, step);
}

/** Whether `path` is `prefix`, or below it. */
export function startsWith(path: FieldPath, prefix: FieldPath): boolean {
  return prefix.every((step, index) => path[index] === step);
}

/** What every map and list has from its prototype: functions, and the prototype itself. */
function isInheritable(value: unknown, step: string | number): boolean {
  return typeof value === 'function' || step === '__proto__';
}

/** Lists that Kubernetes itself merges by a key, and that key. */
const listKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  ports: 'name',
};

/** As `formatFieldPath`, but items of Kubernetes' keyed lists are named by their key: `containers[name=web]`. */
export function formatKeyedPath(root: unknown, path: FieldPath): string {
  return path.reduce<string>((text, step, index) => {
    const list = path[index - 1];
    const key = typeof step === 'number' && typeof list === 'string' ? listKeys[list] : undefined;
    const name = key === undefined ? undefined : valueAt(root, [...path.slice(0, index + 1), key]);
    return typeof name === 'string' ? `${text}[${key}=${name}]` : append(text, step);
  }, '');
}
