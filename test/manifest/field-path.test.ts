import { describe, expect, test } from 'vitest';
import {
  formatFieldPath,
  formatKeyedPath,
  isPresentAt,
  startsWith,
  valueAt,
} from '../../src/manifest/field-path.ts';

test.each([
  [[], ''],
  [['spec', 'template', 'spec', 'containers', 0, 'image'], 'spec.template.spec.containers[0].image'],
  [['metadata', 'labels', 'app.kubernetes.io/name'], 'metadata.labels["app.kubernetes.io/name"]'],
  [['data', 'a"b'], 'data["a\\"b"]'],
  [['data', ''], 'data[""]'],
  [['data', '0'], 'data["0"]'],
  [['data', 'two\nlines'], 'data["two\\nlines"]'],
  [['kubernetes-version'], 'kubernetes-version'],
  [[0, 'a'], '[0].a'],
])('%j is written %s', (path, text) => {
  expect(formatFieldPath(path)).toBe(text);
});

describe('a keyed path', () => {
  const pod = {
    spec: {
      containers: [
        {
          name: 'web',
          ports: [{ containerPort: 80 }, { name: 'metrics' }],
          volumeMounts: [{ mountPath: '/d' }],
        },
      ],
      tolerations: [{ key: 'a' }],
    },
  };

  test.each([
    [['spec', 'containers', 0, 'image'], 'spec.containers[name=web].image'],
    [['spec', 'containers', 0, 'ports', 0], 'spec.containers[name=web].ports[0]'],
    [['spec', 'containers', 0, 'ports', 1], 'spec.containers[name=web].ports[name=metrics]'],
    [['spec', 'containers', 0, 'volumeMounts', 0], 'spec.containers[name=web].volumeMounts[mountPath=/d]'],
    [['spec', 'containers', 1, 'image'], 'spec.containers[1].image'],
    [['spec', 'tolerations', 0], 'spec.tolerations[0]'],
  ])('%j is %s', (path, text) => {
    expect(formatKeyedPath(pod, path)).toBe(text);
  });
});

describe('the value at a path', () => {
  test.each([
    [['a', 'b', 1], 3],
    [['a', 'b', 2], undefined],
    [['a', 'x', 'y'], undefined],
    [['n', 'x'], undefined],
    [['n'], null],
    [['constructor'], undefined],
    [['__proto__'], undefined],
    [[], { a: { b: [2, 3] }, n: null }],
  ])('%j is %j', (path, value) => {
    expect(valueAt({ a: { b: [2, 3] }, n: null }, path)).toEqual(value);
  });
});

test.each([
  [['a', 'b'], true],
  [['a', 'none'], true],
  [['a', 'toString'], false],
  [['a', 'b', 'c'], false],
  [['list', 0], true],
  [['list', 1], false],
  [[], false],
])('%j is present: %j', (path, present) => {
  expect(isPresentAt({ a: { b: 1, none: null }, list: [1] }, path)).toBe(present);
});

test.each([
  [['a', 'b'], [], true],
  [['a', 'b'], ['a'], true],
  [['a', 'b'], ['a', 'b'], true],
  [['a'], ['a', 'b'], false],
  [['a', 0], ['a', '0'], false],
])('%j starts with %j: %j', (path, prefix, starts) => {
  expect(startsWith(path, prefix)).toBe(starts);
});
