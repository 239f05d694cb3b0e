import type { CheckRequest } from '../../../src/engines/kubernetes.ts';
import type { Json } from './cases.ts';

/** Found again in any text that a planted value or key went into, whatever happened to its case and quotes. */
export const trace = /q7x|73519|q%37x/i;

const texts = [
  'q7x',
  'Q7X is "no" name\n',
  `${'a'.repeat(300)}q7x`,
  '73519',
  '73519Mi',
  '73519%',
  '10.73.5.19:73519',
  'q7x/q7x: q7x[0].q7x',
];
const numbers = [73519, -73519, 735190000000];
const keys = ['q7x', 'q7x.example/q7x', 'Q7X "key": [no]', 'q7x].q7x[0', '73519'];
const mapsOfUsers = /^(labels|annotations|matchLabels|nodeSelector|limits|requests|capacity)$/;

/** The request with each scalar replaced, by three values in turn. */
export function plantValues(request: CheckRequest): CheckRequest[] {
  return inEachObject(request, (object) =>
    [...scalars(object)].flatMap(({ path, value }, index) => {
      const values = typeof value === 'string' ? texts : [...numbers, ...texts];
      return [0, 1, 2].map((turn) =>
        replaced(object, path, values[(3 * index + turn) % values.length] ?? null),
      );
    }),
  );
}

/** The request with keys of its own wherever the API takes any key. */
export function plantKeys(request: CheckRequest): CheckRequest[] {
  return inEachObject(request, (object) =>
    [...userMaps(object)].flatMap(({ path, map }) =>
      keys.flatMap((key) => {
        const [first] = Object.values(map);
        return [
          replaced(object, path, { ...map, [key]: first ?? 'x' }),
          replaced(object, path, { [key]: first ?? 'x' }),
        ];
      }),
    ),
  );
}

type Path = readonly (string | number)[];

function inEachObject(request: CheckRequest, plant: (object: Json) => Json[]): CheckRequest[] {
  const { object, old, version } = request as { object: Json; old?: Json; version?: string };
  const same = version === undefined ? {} : { version };
  const planted: CheckRequest[] = plant(object).map((changed) => ({
    ...same,
    object: changed,
    ...(old && { old }),
  }));
  if (old) planted.push(...plant(old).map((changed) => ({ ...same, object, old: changed })));
  return planted;
}

function* scalars(node: Json, path: Path = []): Generator<{ path: Path; value: Json }> {
  if (typeof node !== 'object' || node === null) {
    if (!isType(path)) yield { path, value: node };
    return;
  }
  for (const [name, child] of Object.entries(node))
    yield* scalars(child, [...path, Array.isArray(node) ? Number(name) : name]);
}

/** With another kind the engine would not speak at all. */
function isType(path: Path): boolean {
  return path.length === 1 && (path[0] === 'apiVersion' || path[0] === 'kind');
}

function* userMaps(node: Json, path: Path = []): Generator<{ path: Path; map: { [name: string]: Json } }> {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    const at = [...path, Array.isArray(node) ? Number(name) : name];
    const isMap = mapsOfUsers.test(name) || (name === 'selector' && path.length === 1 && isLabelMap(child));
    if (isMap && typeof child === 'object' && child !== null && !Array.isArray(child))
      yield { path: at, map: child };
    if (name === 'metadata' && typeof child === 'object' && child !== null && !Array.isArray(child)) {
      for (const own of ['labels', 'annotations']) if (!(own in child)) yield { path: [...at, own], map: {} };
    }
    yield* userMaps(child, at);
  }
}

/** The selector of a Service is labels; that of a workload has fields. */
function isLabelMap(selector: Json): boolean {
  return Object.values(selector ?? {}).every((value) => typeof value === 'string');
}

function replaced(node: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(node)) return node.map((child, i) => (i === step ? replaced(child, rest, value) : child));
  const fields = node as { [name: string]: Json };
  return { ...fields, [step]: replaced(fields[step] ?? null, rest, value) };
}
