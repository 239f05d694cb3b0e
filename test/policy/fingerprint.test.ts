import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { digest, fingerprint } from '../../src/policy/fingerprint.ts';
import { defineRule } from '../../src/policy/rule.ts';
import { uncheckedResource } from '../../src/resources/check.ts';
import { manifestsOf, workload } from '../resources/support.ts';

const rule = defineRule({
  id: 'some-rule',
  category: 'probes',
  title: 'Some',
  messages: {},
  references: [],
  check: () => [],
});
const path = ['spec', 'template', 'spec', 'containers', 1, 'image'];

interface Given {
  readonly unit?: string;
  readonly ruleId?: string;
  readonly text?: string;
  readonly file?: string;
  readonly origin?: Manifest['origin'];
  readonly messageId?: string;
  readonly container?: string;
  readonly path?: readonly (string | number)[];
  readonly data?: Record<string, number>;
}

const text = workload('web', { containers: ['a=a:1', 'b=b:1'] });

function of(given: Given = {}): string {
  const [manifest] = manifestsOf({ [given.file ?? 'deploy/web.yaml']: given.text ?? text });
  const { ref, value } = manifest!;
  const origin = given.origin ?? manifest!.origin;
  const resource = uncheckedResource({ ref, value, origin, text: '', locate: () => null, linesOf: () => [] });
  return fingerprint(
    given.unit ?? 'raw:deploy',
    { ...rule, id: given.ruleId ?? rule.id },
    {
      messageId: given.messageId ?? 'one',
      data: given.data ?? {},
      at: { resource, path: given.path ?? path },
      ...(given.container === undefined ? {} : { container: given.container }),
    },
  );
}

describe('a fingerprint stays the same with', () => {
  test.each<[string, Given]>([
    ['other lines', { text: `# a comment\n\n${text}` }],
    ['another file of the folder', { file: 'deploy/other.yaml' }],
    ['another version', { text: text.replace('apps/v1', 'apps/v1beta1') }],
    ['other numbers', { data: { seconds: 3 } }],
    [
      'another order of containers',
      { text: workload('web', { containers: ['b=b:1', 'a=a:1'] }), path: path.with(4, 0) },
    ],
    ['another image', { text: text.replace('b:1', 'c:2') }],
  ])('%s', (_, given) => {
    expect(of(given)).toBe(of());
  });

  test('another invented release name', () => {
    const rendered = (name: string, inventedRelease: string | null, template = 'templates/a.yaml') =>
      of({
        text: workload(name),
        origin: { kind: 'helm', chart: 'c', template, hook: false, inventedRelease },
        path: [],
      });
    expect(rendered('one-web', 'one')).toBe(rendered('two-web', 'two'));
    expect(rendered('one', 'one')).toBe(rendered('two', 'two'));
    expect(rendered('onetwo', 'one')).not.toBe(rendered('two', 'two'));
    expect(rendered('one-web', null)).not.toBe(rendered('two-web', null));
    expect(rendered('one-web', 'one')).not.toBe(rendered('one-web', 'one', 'templates/b.yaml'));
  });
});

test.each<[string, Given]>([
  ['unit', { unit: 'raw:other' }],
  ['rule', { ruleId: 'other-rule' }],
  ['group', { text: text.replace('apps/v1', 'extensions/v1beta1') }],
  ['kind', { text: text.replace('Deployment', 'StatefulSet') }],
  ['namespace', { text: workload('web', { namespace: 'shop', containers: ['a=a:1', 'b=b:1'] }) }],
  ['name', { text: text.replace('name: web', 'name: api') }],
  ['container', { container: 'b' }],
  ['field', { path: path.with(5, 'name') }],
  ['item', { path: path.with(4, 0) }],
  ['message', { messageId: 'two' }],
])('another %s is another finding', (_, given) => {
  expect(of(given)).not.toBe(of());
});

test('is twenty hexadecimal digits that no parts can share by accident', () => {
  expect(of()).toMatch(/^[0-9a-f]{20}$/);
  expect(digest(['a', 'b'])).not.toBe(digest(['a,b']));
  expect(digest([null])).not.toBe(digest(['null']));
});
