import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../src/review/report.ts';
import { environmentOf, limitsOf, optionsOf, parseConfig, severitiesOf } from '../../src/shell/config.ts';
import { configSchema } from '../../src/shell/config-schema.ts';
import { configSentences, loadConfig, settingsFrom, showSettings } from '../../src/shell/load-settings.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { nothingAsked } from '../review-support.ts';

const whole = `profile: minimal
kubernetes-version: "1.34"
fail-on: warning
cluster:
  nodes: 30
  zones: 2
platforms:
  - match: { namespace: batch-*, labels: { team: data } }
    platform: fargate
    traits: [spot]
workloads:
  - match: { kind: Deployment, name: checkout, path: deploy/** }
    runtime: jvm
    shutdown-seconds: 25
  - match: {}
    startup-seconds: 0
include: [deploy/**]
exclude: [examples/**]
releases:
  - chart: charts/web
    values: [charts/web/values-prod.yaml]
    name: web
    namespace: shop
  - chart: charts/api
rules:
  liveness-fires-before-readiness: off
  spread-selector-mismatch: warning
  update-refused: "off"
  liveness-too-aggressive: { severity: error, at-least-seconds: 20 }
limits:
  file-bytes: 1
  unit-bytes: 2
  chart-bytes: 3
  engine-memory-mib: 4
  render-seconds: 5
  documents: 6
  aliases: 7
  depth: 8
  values-sets: 9
  inline-comments: 10
  run-seconds: 11
`;

function configOf(text: string) {
  const result = parseConfig(text);
  if (!('config' in result)) throw new Error(JSON.stringify(result));
  return result.config;
}

function sentences(text: string): readonly string[] {
  return configSentences(loadConfig(text, 'config.yml'));
}

describe('a valid file', () => {
  test('states every key', () => {
    const config = configOf(whole);
    expect(Object.keys(config)).toEqual(Object.keys(configSchema.shape));
    expect(Object.values(limitsOf(config))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...severitiesOf(config)].sort()).toEqual([
      ['liveness-fires-before-readiness', 'off'],
      ['liveness-too-aggressive', 'error'],
      ['spread-selector-mismatch', 'warning'],
      ['update-refused', 'off'],
    ]);
    expect([...optionsOf(config)]).toEqual([['liveness-too-aggressive', { 'at-least-seconds': 20 }]]);
    expect(environmentOf(config)).toEqual({
      nodes: 30,
      zones: 2,
      kubernetesVersion: '1.34',
      platforms: [
        {
          match: { namespace: 'batch-*', labels: { team: 'data' } },
          platform: 'fargate',
          traits: ['spot'],
        },
      ],
      workloads: [
        {
          match: { kind: 'Deployment', name: 'checkout', path: 'deploy/**' },
          runtime: 'jvm',
          shutdownSeconds: 25,
          startupSeconds: null,
        },
        { match: {}, runtime: null, shutdownSeconds: null, startupSeconds: 0 },
      ],
    });
  });

  test.each(['', '# nothing yet\n', '---\n', '{}\n', '\ufefffail-on: error\n', 'fail-on: error\r\n'])(
    '%j',
    (text) => {
      expect(limitsOf(configOf(text))).toEqual(defaultLimits);
    },
  );
});

describe('an error says where it is and what to write instead', () => {
  test.each<[string, string[]]>([
    ['fial-on: error\n', ['config.yml:1:1: there is no key "fial-on", did you mean "fail-on"?']],
    [
      'colour: red\n',
      [
        'config.yml:1:1: there is no key "colour"; there are profile, kubernetes-version, fail-on, cluster, platforms, workloads, include, exclude, releases, rules, limits',
      ],
    ],
    ['fail-on: warn\n', ['config.yml:1:1: fail-on takes one of error, warning, never']],
    [
      '\nkubernetes-version: 1.34\n',
      ['config.yml:2:1: kubernetes-version takes a minor version in quotes, such as "1.34"'],
    ],
    [
      'kubernetes-version: "1.34.2"\n',
      ['config.yml:1:1: kubernetes-version takes a minor version in quotes, such as "1.34"'],
    ],
    ['include: deploy\n', ['config.yml:1:1: include takes a list']],
    ['include: [a, 1]\n', ['config.yml:1:14: include[1] takes text']],
    ['exclude: [""]\n', ['config.yml:1:11: exclude[0] takes text that is not empty']],
    ['rules: [a]\n', ['config.yml:1:1: rules takes a map']],
    [
      'rules:\n  budget-block-drain: off\n',
      ['config.yml:2:3: there is no rule "budget-block-drain", did you mean "budget-blocks-drain"?'],
    ],
    [
      'rules:\n  budget-blocks-drain: high\n',
      ['config.yml:2:3: rules.budget-blocks-drain takes one of off, error, warning, info'],
    ],
    [
      'rules:\n  budget-blocks-drain: true\n',
      ['config.yml:2:3: rules.budget-blocks-drain takes one of off, error, warning, info'],
    ],
    ['releases: charts/web\n', ['config.yml:1:1: releases takes a list']],
    [
      'releases:\n  - name: web\n    chrt: charts/web\n',
      [
        'config.yml:2:5: releases[0].chart is missing; it takes text',
        'config.yml:3:5: there is no key "chrt", did you mean "chart"?',
      ],
    ],
    ['releases:\n  - charts/web\n', ['config.yml:2:5: releases[0] takes a map']],
    [
      'limits:\n  file-byte: 1\n',
      ['config.yml:2:3: there is no key "file-byte", did you mean "file-bytes"?'],
    ],
    [
      'limits:\n  fileBytes: 1\n',
      ['config.yml:2:3: there is no key "fileBytes", did you mean "file-bytes"?'],
    ],
    ['limits:\n  depth: 0\n', ['config.yml:2:3: limits.depth takes a whole number from 1 on']],
    ['limits:\n  depth: 1.5\n', ['config.yml:2:3: limits.depth takes a whole number from 1 on']],
    ['limits:\n  depth: many\n', ['config.yml:2:3: limits.depth takes a whole number from 1 on']],
    [
      'limits:\n  depth: 99999999999999999999\n',
      ['config.yml:2:3: limits.depth takes a whole number from 1 on'],
    ],
    ['cluster:\n  zone: 3\n', ['config.yml:2:3: there is no key "zone", did you mean "zones"?']],
    ['cluster: { nodes: 0 }\n', ['config.yml:1:12: cluster.nodes takes a whole number from 1 on']],
    [
      'platforms:\n  - match: { namespaces: a }\n    platform: ec3\n',
      [
        'config.yml:2:14: there is no key "namespaces", did you mean "namespace"?',
        'config.yml:3:5: platforms[0].platform takes one of ec2, fargate, auto-mode, windows',
      ],
    ],
    ['platforms:\n  - platform: ec2\n', ['config.yml:2:5: platforms[0].match is missing; it takes a map']],
    [
      'workloads:\n  - match: {}\n    shutdown-seconds: 2.5\n',
      ['config.yml:3:5: workloads[0].shutdown-seconds takes a whole number from 0 on'],
    ],
    [
      'rules:\n  liveness-too-aggressive: { at-lest-seconds: 20 }\n',
      ['config.yml:2:30: there is no key "at-lest-seconds", did you mean "at-least-seconds"?'],
    ],
    [
      'rules:\n  liveness-too-aggressive: { severity: high }\n',
      ['config.yml:2:30: rules.liveness-too-aggressive.severity takes one of off, error, warning, info'],
    ],
    [
      'rules:\n  liveness-too-aggressive: { at-least-seconds: 20s }\n',
      [
        expect.stringMatching(
          /^config\.yml:2:30: rules\.liveness-too-aggressive\.at-least-seconds takes a whole number from \d+ to \d+$/,
        ) as unknown as string,
      ],
    ],
    ['error-budget: {}\n', [expect.stringContaining('there is no key "error-budget"') as unknown as string]],
    ['- fail-on\n', ['config.yml:1:1: the file takes a map']],
    ['just words\n', ['config.yml:1:1: the file takes a map']],
    ['fail-on: error\n---\nfail-on: never\n', ['config.yml:2:1: a second document begins here; one is read']],
    [
      'fail-on: [error\n',
      [expect.stringMatching(/^config\.yml:1:\d+: this is not valid YAML: /) as unknown as string],
    ],
    [
      'a: 1\nfail-on: x\n',
      [
        'config.yml:2:1: fail-on takes one of error, warning, never',
        expect.stringContaining('config.yml:1:1: there is no key "a"') as unknown as string,
      ],
    ],
  ])('%j', (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });
});

describe('the published schemas', () => {
  const published = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../docs/schema/${name}.schema.json`, import.meta.url), 'utf8'));
  const generated = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });

  test('are what the types give', () => {
    const { title: config, ...configRest } = published('config');
    const { title: report, ...reportRest } = published('report');
    expect([config, report]).toEqual([
      'Configuration of Pod Lifecycle Review',
      'Report of Pod Lifecycle Review',
    ]);
    expect(configRest).toEqual(generated(configSchema));
    expect(reportRest).toEqual(generated(reportSchema));
  });

  const accepts = new Ajv2020({ strict: false }).compile(published('config'));

  test.each<[unknown, boolean]>([
    [{}, true],
    [{ 'kubernetes-version': '1.34', 'fail-on': 'never', include: ['a'], exclude: [] }, true],
    [{ rules: { 'budget-blocks-drain': 'off', 'update-refused': false } }, true],
    [{ releases: [{ chart: 'a', values: ['b'], name: 'c', namespace: 'd' }], limits: { depth: 1 } }, true],
    [{ 'kubernetes-version': 1.34 }, false],
    [{ 'kubernetes-version': '1.34.1' }, false],
    [{ 'fail-on': 'info' }, false],
    [{ rules: { nope: 'off' } }, false],
    [{ rules: { 'budget-blocks-drain': true } }, false],
    [{ releases: [{}] }, false],
    [{ releases: [{ chart: '' }] }, false],
    [{ limits: { depth: 0 } }, false],
    [{ limits: { depths: 1 } }, false],
    [{ colour: 'red' }, false],
    [[], false],
  ])('accept what the parser accepts: %j', (value, valid) => {
    expect(accepts(value)).toBe(valid);
    expect(configSchema.safeParse(value).success).toBe(valid);
    expect('config' in parseConfig(JSON.stringify(value))).toBe(valid);
  });
});

describe('settings', () => {
  test('what is asked for wins over the file, the file over the defaults', () => {
    const file = loadConfig('fail-on: warning\n', 'config.yml');
    expect(settingsFrom(nothingAsked, loadConfig('', 'config.yml')).failOn).toBe('error');
    expect(settingsFrom(nothingAsked, file).failOn).toBe('warning');
    expect(settingsFrom({ ...nothingAsked, failOn: 'never' }, file).failOn).toBe('never');
    expect(settingsFrom({ ...nothingAsked, failOn: '' }, file).failOn).toBe('warning');
  });

  test.each([
    [{ failOn: 'info' }, 'fail-on takes error, warning, never, not "info"'],
    [{ profile: 'strict' }, 'profile takes recommended, eks-production, minimal, not "strict"'],
    [{ scope: 'some' }, 'scope takes changed or all, not "some"'],
  ])('%j is refused', (words, message) => {
    expect(() => settingsFrom({ ...nothingAsked, ...words }, loadConfig('', 'config.yml'))).toThrow(message);
  });

  test('are shown as they are written, with where each came from', () => {
    const loaded = loadConfig('fail-on: warning\nlimits:\n  file-bytes: 7\n', 'config.yml');
    const shown = showSettings(settingsFrom(nothingAsked, loaded), loaded).split('\n');
    expect(shown).toContain('fail-on: "warning"  # config.yml');
    expect(shown).toContain('limits.file-bytes: 7  # config.yml');
    expect(shown).toContain('limits.inline-comments: 25  # default');
    expect(shown).toContain('kubernetes-version: "1.36"  # default');
    const never = settingsFrom({ ...nothingAsked, failOn: 'never' }, loaded);
    expect(showSettings(never, loaded)).toContain('fail-on: "never"  # asked for\n');
  });
});
