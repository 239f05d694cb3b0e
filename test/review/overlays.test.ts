import { describe, expect, test } from 'vitest';
import { acrossOverlays } from '../../src/review/overlays.ts';
import type { Finding } from '../../src/review/report.ts';

const units = ['kustomize:dev', 'kustomize:prod', 'raw:x'];

function finding(unit: string, more: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'r',
    messageId: 'm',
    status: 'introduced',
    severity: 'error',
    fingerprint: `of ${unit}`,
    title: `in ${unit}`,
    message: '',
    why: '',
    fix: null,
    container: 'web',
    field: 'spec.a',
    object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: unit, name: 'web' },
    releases: [{ unit, valuesSet: 'default' }],
    onlyWith: [],
    suppressed: null,
    location: at('base/web.yaml', 3),
    ...more,
  } as Finding;
}

function at(path: string, line: number): Finding['location'] {
  return {
    path,
    startLine: line,
    startColumn: 1,
    endLine: line,
    endColumn: 9,
    revision: 'head',
    kind: 'manifest',
  };
}

/** Title, units and the overlays it is said to be true of. */
const told = (findings: readonly Finding[]) =>
  acrossOverlays(findings, units).map(({ title, releases, onlyWith }) => [
    title,
    releases.map(({ unit }) => unit).join(' '),
    ...onlyWith,
  ]);

const [dev, prod] = ['kustomize:dev', 'kustomize:prod'] as const;

describe('what overlays share is told once', () => {
  test.each<[string, readonly Finding[], readonly (readonly string[])[]]>([
    ['every overlay shows it', [finding(dev), finding(prod)], [['in kustomize:dev', `${dev} ${prod}`]]],
    [
      'the gravest speaks',
      [finding(dev, { severity: 'warning' }), finding(prod)],
      [['in kustomize:prod', `${dev} ${prod}`]],
    ],
    ['one of two', [finding(prod)], [['in kustomize:prod', prod, 'prod']]],
    [
      'one of two, in its own folder',
      [finding(prod, { location: at('prod/p.yaml', 3) })],
      [['in kustomize:prod', prod]],
    ],
    [
      'another line',
      [finding(dev), finding(prod, { location: at('base/web.yaml', 4) })],
      [
        ['in kustomize:dev', dev, 'dev'],
        ['in kustomize:prod', prod, 'prod'],
      ],
    ],
    [
      'accepted in one of them',
      [finding(dev), finding(prod, { suppressed: { reason: 'x', expires: null } })],
      [
        ['in kustomize:dev', dev, 'dev'],
        ['in kustomize:prod', prod, 'prod'],
      ],
    ],
    [
      'no line',
      [finding(dev, { location: null }), finding(prod, { location: null })],
      [
        ['in kustomize:dev', dev, 'dev'],
        ['in kustomize:prod', prod, 'prod'],
      ],
    ],
    ['another kind of unit', [finding('raw:x'), finding('raw:x')].slice(0, 1), [['in raw:x', 'raw:x']]],
  ])('%s', (_, findings, expected) => expect(told(findings)).toEqual(expected));

  test('a line of a kustomization speaks for several objects of one overlay', () => {
    const object = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: null, name });
    const each = [dev, prod].flatMap((unit) =>
      ['api', 'web'].map((name) => finding(unit, { object: object(name), title: name })),
    );
    expect(told(each)).toEqual([
      ['api', `${dev} ${prod}`],
      ['web', `${dev} ${prod}`],
    ]);
  });
});
