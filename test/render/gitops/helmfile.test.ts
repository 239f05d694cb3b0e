import { afterAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/engines/engine.ts';
import type { Files } from '../memory-tree.ts';
import { chart, gitOps, left, short } from './support.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

const web = chart('charts/web', 'web');
const $ = '$';

async function read(files: Files) {
  const found = await gitOps({ ...web, ...files }, engine);
  return { releases: found.releases.map(short), left: left(found) };
}

describe('what a helmfile releases', () => {
  test('a chart by its path, with files, inline values and settings', async () => {
    const helmfile = `releases:
- name: web
  namespace: shop
  chart: ../charts/web
  values:
  - values.yaml
  - a: 1
  set:
  - {name: b, value: 2}
  - {name: c, values: [x, z]}
  setString:
  - {name: d, value: "3"}
`;
    expect(await read({ 'deploy/helmfile.yaml': helmfile, 'deploy/values.yaml': '' })).toEqual({
      releases: [
        {
          id: 'helmfile:deploy/helmfile.yaml#web',
          at: 'deploy/helmfile.yaml:2',
          kind: 'helm',
          folder: 'charts/web',
          layers: ['deploy/values.yaml', '{"a":1}', '{"b":2,"c":["x","z"],"d":"3"}'],
          name: 'web',
          namespace: 'shop',
        },
      ],
      left: [],
    });
  });

  test('one in each environment, with its values in templates', async () => {
    const helmfile = `environments:
  staging: {values: [{grace: 10}, env/staging.yaml]}
  production:
    values: [env/production.yaml.gotmpl]
    secrets: [secrets.yaml]
---
releases:
- name: web-{{ .Environment.Name }}
  chart: ./charts/web
  values:
  - values.yaml.gotmpl
  - grace: {{ .Values | get "grace" 60 }}
- name: debug
  chart: ./charts/web
  installed: {{ eq .Environment.Name "staging" }}
`;
    const files = {
      'helmfile.yaml.gotmpl': helmfile,
      'env/staging.yaml': 'tier: low\n',
      'env/production.yaml.gotmpl': 'tier: {{ .Environment.Name | upper }}\n',
      'values.yaml.gotmpl': 'tier: {{ .Values.tier }}\nname: {{ .Release.Name }}\n',
    };
    const { releases, left: rest } = await read(files);
    expect(rest).toEqual([]);
    expect(releases.map(({ id, at, layers, assumptions }) => ({ id, at, layers, assumptions }))).toEqual([
      {
        id: 'helmfile:helmfile.yaml.gotmpl#staging/web-staging',
        at: 'helmfile.yaml.gotmpl:8',
        layers: ['tier: low\nname: web-staging\n', '{"grace":10}'],
        assumptions: undefined,
      },
      {
        id: 'helmfile:helmfile.yaml.gotmpl#staging/debug',
        at: 'helmfile.yaml.gotmpl:13',
        layers: [],
        assumptions: undefined,
      },
      {
        id: 'helmfile:helmfile.yaml.gotmpl#production/web-production',
        at: 'helmfile.yaml.gotmpl:8',
        layers: ['tier: PRODUCTION\nname: web-production\n', '{"grace":60}'],
        assumptions: ['`secrets.yaml` sets none of these'],
      },
    ]);
  });

  test('a chart that a repository names is the chart of that name here, and that is said', async () => {
    const helmfile = `templates:
  default: &default
    namespace: shop
    chart: stable/web
    missingFileHandler: Warn
    installedTemplate: "{{\`{{ ne .Release.Name "green" }}\`}}"
    values:
    - /etc/defaults/{{ .Environment.Name }}.yaml
    - values-{{\`{{ .Release.Name }}\`}}.yaml
    - gone.yaml
releases:
- {name: blue, <<: *default}
- {name: green, <<: *default}
`.replace('"green"', '\\"green\\"');
    expect(await read({ 'helmfile.yaml': helmfile, 'values-blue.yaml': '' })).toEqual({
      releases: [
        expect.objectContaining({
          id: 'helmfile:helmfile.yaml#blue',
          layers: ['values-blue.yaml'],
          assumptions: [
            '`stable/web` is the chart in `charts/web` of this repository',
            '`/etc/defaults/default.yaml` sets none of these',
          ],
        }),
      ],
      left: [],
    });
  });

  test('templates that a release inherits, bases, and nested helmfiles', async () => {
    const files = {
      'base.yaml': 'templates:\n  t: {chart: ./charts/web, values: [{from: template}]}\n',
      'helmfile.yaml': `bases: [base.yaml]
helmfiles:
- path: sub/x.yaml
  values: [{given: 7}]
releases:
- {name: web, inherit: [{template: t}], values: [{from: release}]}
`,
      'sub/x.yaml':
        'releases:\n- name: inner\n  chart: ../charts/web\n  values: [{a: "{{ .Values.given }}"}]\n',
    };
    const { releases, left: rest } = await read(files);
    expect(rest).toEqual([]);
    expect(releases.map(({ id, layers }) => [id, layers])).toEqual([
      ['helmfile:sub/x.yaml#inner', ['{"a":"7"}']],
      ['helmfile:helmfile.yaml#web', ['{"from":"template"}', '{"from":"release"}']],
    ]);
  });

  test('an environment variable is unknown, a condition that is off is no release', async () => {
    const helmfile = `values: [{web: {enabled: false}}]
releases:
- {name: tagged, chart: ./charts/web, values: [{tag: {{ requiredEnv "TAG" | quote }}}]}
- {name: off, chart: ./charts/web, condition: web.enabled}
- {name: never, chart: ./charts/web, installed: false}
`;
    const { releases } = await read({ 'helmfile.yaml.gotmpl': helmfile });
    expect(releases.map(({ id, layers }) => [id, layers])).toEqual([
      ['helmfile:helmfile.yaml.gotmpl#tagged', [`{"tag":"${$}{TAG}"}`]],
    ]);
  });
});

test('a value that is asked for and set nowhere is unknown', async () => {
  const helmfile = 'releases: [{name: web, chart: ./charts/web, values: [{a: "{{ .Values.gone }}"}]}]\n';
  const { releases, left: rest } = await read({ 'helmfile.yaml.gotmpl': helmfile });
  expect(rest).toEqual([]);
  expect(releases.map(({ layers }) => layers)).toEqual([[`{"a":"${$}{NOT_SET}"}`]]);
});

test("what a release's hooks say is not evaluated", async () => {
  const hook = "hooks: [{events: [prepare], command: '{{ .HelmfileCommand | fail }}'}]";
  const helmfile = `releases:\n- name: web\n  chart: ./charts/web\n  ${hook}\n  values: ["{{ .Release.Name }}.yaml"]\n`;
  const { releases, left: rest } = await read({ 'helmfile.yaml': helmfile });
  expect(rest).toEqual([]);
  expect(releases.map(({ layers }) => layers)).toEqual([['web.yaml']]);
});

test('releases of bases come first, those of a later part take their place', async () => {
  const files = {
    'base.yaml': 'releases: [{name: base, chart: ./charts/web}]\n',
    'helmfile.yaml': `bases: [base.yaml]
releases: [{name: own, chart: ./charts/web}]
`,
    'other/helmfile.yaml': `releases: [{name: first, chart: ../charts/web}]
---
releases: [{name: second, chart: ../charts/web}]
`,
  };
  const { releases } = await read(files);
  expect(releases.map(({ id, at }) => [id, at])).toEqual([
    ['helmfile:helmfile.yaml#base', 'base.yaml:1'],
    ['helmfile:helmfile.yaml#own', 'helmfile.yaml:2'],
    ['helmfile:other/helmfile.yaml#second', 'other/helmfile.yaml:3'],
  ]);
});

describe('what is not followed is said at its line', () => {
  const circle = {
    'a/helmfile.yaml': 'helmfiles: [{path: ../b/x.yaml}]\n',
    'b/x.yaml': 'helmfiles: [{path: ../a/helmfile.yaml}]\n',
  };
  test.each<[string, Files, string[]]>([
    [
      'a program',
      { 'helmfile.yaml.gotmpl': 'releases:\n- {name: {{ exec "id" (list) }}, chart: ./charts/web}\n' },
      [
        'helmfile.yaml.gotmpl:2 unsupported: `helmfile.yaml.gotmpl` is not followed: it uses exec (`helmfile.yaml.gotmpl:2`).',
      ],
    ],
    [
      'a file outside of the repository',
      { 'helmfile.yaml.gotmpl': 'a: 1\n---\nx: {{ readFile "../../etc/passwd" }}\n' },
      [
        'helmfile.yaml.gotmpl:3 unsupported: `helmfile.yaml.gotmpl` is not followed: it uses readFile (`helmfile.yaml.gotmpl:3`).',
      ],
    ],
    [
      'a chart that is elsewhere',
      {
        'helmfile.yaml':
          'releases:\n- {name: a, chart: stable/redis}\n- {name: b, chart: "oci://u:p@x.io/y"}\n',
      },
      [
        'helmfile.yaml:2 remote-source: Its chart `stable/redis` is not in this repository.',
        'helmfile.yaml:3 remote-source: Its chart `oci://x.io/y` is not in this repository.',
      ],
    ],
    [
      'a helmfile that is elsewhere',
      { 'helmfile.yaml': 'helmfiles: [{path: "git::https://github.com/o/x@y.yaml"}]\n' },
      [
        'helmfile.yaml:null remote-source: Its helmfile `git::https://github.com/o/x@y.yaml` is not in this repository.',
      ],
    ],
    [
      'a circle',
      { ...circle, 'helmfile.yaml': 'helmfiles: [a/helmfile.yaml]\n' },
      ['a/helmfile.yaml:null unsupported: It is part of a circle of helmfiles, or nested deeper than 10.'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await read(files)).toEqual({ releases: [], left: expected });
  });
});
