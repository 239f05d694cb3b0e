import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rules } from '../../src/policy/rules/index.ts';
import { reportSchema } from '../../src/review/report.ts';
import { tool } from '../../src/version.ts';
import { git, temporaryDirectory, write } from '../repository/support.ts';
import { chart, deployment, directoryOf, repositoryOf, run } from './command-support.ts';

const root = new URL('../../', import.meta.url).pathname;
const broken = deployment.replace('port: http}', 'port: nope}');

describe('review', () => {
  test('of a branch against the default branch: findings on stdout, notes on stderr, exit 1', async () => {
    const repo = repositoryOf({ 'deploy/web.yaml': deployment }, { 'deploy/web.yaml': broken });
    const { code, out, err } = await run(repo, 'review');
    expect(code).toBe(1);
    expect(out).toContain('error `readinessProbe` of `web` asks port `nope`');
    expect(out).toContain('  deploy/web.yaml:20:32 · Deployment/web · probe-port-unresolved\n');
    expect(out.split('\n').at(-2)).toBe('Pod lifecycle: 1 error · 1 release unit, 2 renders, 1 workload');
    expect(err).toMatch(
      /^base: the merge base with main, [0-9a-f]{10}\n1 file changed\n1 release unit rendered, judging\n$/,
    );
    expect((await run(repo, 'review', '--quiet')).err).toBe('');
    expect((await run(repo, 'review', '--fail-on', 'never')).code).toBe(0);
    expect((await run(repo, 'review', '--only', 'field-unknown', '--quiet')).out).toContain('nothing to say');
    expect((await run(repo, 'review', '--base', 'HEAD')).code).toBe(0);
  });

  test('of a working tree and of a bare repository', async () => {
    const repo = repositoryOf({ 'deploy/web.yaml': deployment }, {});
    write(repo, { 'deploy/web.yaml': broken });
    expect((await run(repo, 'review')).code).toBe(0);
    expect((await run(repo, 'review', '--worktree')).code).toBe(1);
    git(repo, 'commit', '--quiet', '--all', '--message', 'break');
    const bare = join(temporaryDirectory(), 'bare.git');
    git(repo, 'clone', '--quiet', '--bare', repo, bare);
    expect((await run(root, 'review', '--repo', bare, '--base', 'main', '--head', 'change')).code).toBe(1);
  });

  test('what was there before is counted, never commented', async () => {
    const repo = repositoryOf(
      { 'deploy/web.yaml': broken },
      { 'deploy/web.yaml': broken.replace('replicas: 3', 'replicas: 4') },
    );
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Already there before this change \(1\)\n {2}error .*\n\nPod lifecycle: nothing to say/,
    );
  });

  test('of an image tag alone says nothing', async () => {
    const repo = repositoryOf(
      { 'deploy/web.yaml': deployment, ...chart },
      {
        'deploy/web.yaml': deployment.replace('web:1.0', 'web:1.1'),
        'charts/web/templates/deployment.yaml': (
          chart['charts/web/templates/deployment.yaml'] as string
        ).replace('web:1.0', 'web:1.1'),
      },
    );
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(0);
    expect(out).toBe('Pod lifecycle: nothing to say · 2 release units, 4 renders, 2 workloads\n');
    const report = JSON.parse((await run(repo, 'review', '--quiet', '--format', 'json')).out);
    expect([report.findings, report.workloads, report.notChecked]).toEqual([[], [], []]);
  });

  test('of documentation alone says that nothing was deployed', async () => {
    const repo = repositoryOf({ 'deploy/web.yaml': broken, 'README.md': 'a\n' }, { 'README.md': 'b\n' });
    expect(await run(repo, 'review', '--quiet')).toEqual({
      code: 0,
      out: 'Pod lifecycle: nothing to say · no manifest or chart was found in this change\n',
      err: '',
    });
  });

  test('keeps to the paths that are named, and knows when one is not there', async () => {
    const repo = repositoryOf(
      { 'a/web.yaml': deployment, 'b/web.yaml': deployment },
      { 'a/web.yaml': broken, 'b/web.yaml': broken },
    );
    const { out } = await run(repo, 'review', '--quiet', 'b');
    expect(out).toContain('b/web.yaml:20');
    expect(out).not.toContain('a/web.yaml');
    const { code, err } = await run(repo, 'review', '--quiet', 'c');
    expect([code, err]).toEqual([
      2,
      `${tool.name}: c: there is no such file or folder in what is reviewed\n`,
    ]);
  });

  test('through Helm, with the values set that shows it', async () => {
    const repo = repositoryOf(
      { ...chart, 'charts/web/values-prod.yaml': 'port: http\n' },
      { 'charts/web/values-prod.yaml': 'port: nope\n' },
    );
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(1);
    expect(out).toContain(
      '· only with `charts/web/values-prod.yaml`\n  charts/web/values-prod.yaml:1:1 · Deployment/web',
    );
  });

  test('writes every format that is asked for, and the same bytes each time', async () => {
    const repo = repositoryOf(
      { 'deploy/web.yaml': deployment, ...chart },
      { 'deploy/web.yaml': broken, 'charts/web/values.yaml': 'port: nope\n' },
    );
    const formats = [
      '--format',
      'text',
      '--format',
      'json=report.json',
      '--format',
      'markdown=report.md',
      '--quiet',
    ];
    const first = await run(repo, 'review', ...formats);
    const read = () => ['report.json', 'report.md'].map((name) => readFileSync(join(repo, name), 'utf8'));
    const written = read();
    expect(reportSchema.parse(JSON.parse(written[0]!)).findings).toHaveLength(2);
    expect(await run(repo, 'review', ...formats)).toEqual(first);
    expect(read()).toEqual(written);
  });

  test('judges everything with --scope all', async () => {
    const repo = repositoryOf({ 'deploy/web.yaml': broken }, { 'README.md': 'x\n' });
    const { code, out } = await run(repo, 'review', '--scope', 'all', '--quiet');
    expect([code, out.includes('probe-port-unresolved')]).toEqual([1, true]);
  });
});

describe('what cannot be reviewed', () => {
  test('a file that no longer parses is one finding at its line; the rest is still reviewed', async () => {
    const repo = repositoryOf(
      { 'deploy/web.yaml': deployment, 'deploy/api.yaml': deployment.replaceAll('web', 'api') },
      { 'deploy/web.yaml': `${deployment}  bad: [\n`, 'deploy/api.yaml': broken.replaceAll('web', 'api') },
    );
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(1);
    expect(out).toContain('error `deploy/web.yaml` no longer parses\n  deploy/web.yaml:21:1 · ');
    expect(out).toContain('  deploy/api.yaml:20:32 · Deployment/api · probe-port-unresolved\n');
    expect(out).not.toContain('Not checked');
  });

  test('a new file that does not parse blocks: exit 3', async () => {
    const repo = repositoryOf(
      { 'deploy/web.yaml': deployment },
      { 'deploy/new.yaml': `${deployment}  bad: [\n` },
    );
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(3);
    expect(out).toMatch(
      /^Not checked \(1\)\n {2}deploy\/new\.yaml:21 \(parse-failed\): deploy\/new\.yaml:21 is not valid YAML: /,
    );
    expect(out).toContain('Pod lifecycle: not everything could be checked');
  });

  test('a template that no longer renders is one finding at its line', async () => {
    const template = 'charts/web/templates/deployment.yaml';
    const repo = repositoryOf(chart, { [template]: `${chart[template]}  {{ .Values.port | nope }}\n` });
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(1);
    expect(out).toContain(`error \`charts/web\` no longer renders\n  ${template}:21:1 · `);
    expect(out).toContain('function "nope" not defined');
    expect(out).not.toContain('Not checked');
  });

  test('a template that renders something that is no YAML', async () => {
    const template = 'charts/web/templates/deployment.yaml';
    const repo = repositoryOf(chart, { [template]: `${chart[template]}   bad: : x\n` });
    const { code, out } = await run(repo, 'review', '--quiet');
    expect(code).toBe(1);
    expect(out).toContain('no longer renders');
  });

  test.each([
    [['review', '--base', 'nope'], 2, /nope/],
    [['review', '--head', 'nope'], 2, /nope/],
    [['audit', '--rev', 'nope'], 2, /nope/],
    [['review', '--repo', 'nowhere'], 2, /nowhere/],
    [['review', '--base-dir', '.'], 2, /--base-dir and --head-dir go together/],
    [
      ['review', '--base-dir', '.', '--head-dir', '.', '--base', 'x'],
      2,
      /--base-dir and --base exclude each other/,
    ],
    [['review', '--base-dir', 'nowhere', '--head-dir', '.'], 2, /nowhere/],
    [['review', '--worktree', '--head', 'HEAD'], 2, /--worktree and --head exclude each other/],
    [['review', '--config', 'nowhere.yml'], 2, /--config nowhere\.yml: there is no such file/],
    [['review', '--charts-dir', 'nowhere'], 2, /nowhere/],
    [
      ['review', '--only', 'budget-block-drain'],
      2,
      /--only: there is no rule "budget-block-drain", did you mean "budget-blocks-drain"\?/,
    ],
    [['review', '--only', ''], 2, /--only names no rule/],
    [['review', '--fail-on', 'info'], 2, /fail-on takes error, warning, never, not "info"/],
    [['review', '--format', 'json=nowhere/x.json'], 2, /nowhere/],
    [['render'], 2, /render takes one chart or kustomization/],
    [['render', 'charts/nope'], 2, /there is no chart in charts\/nope/],
    [['render', 'charts/web', '-f', 'nope.yaml'], 2, /nope\.yaml: there is no such file/],
    [['validate'], 2, /validate takes files/],
    [['validate', 'nope.yaml'], 2, /nope\.yaml: there is no such file/],
    [
      ['validate', 'deploy/web.yaml', '--kube-version', 'new'],
      2,
      /--kube-version takes a version such as 1\.34, not "new"/,
    ],
    [['explain', 'update-refused', 'bare-pod'], 2, /explain takes one rule/],
    [['explain', 'budget-block-drain'], 2, /did you mean "budget-blocks-drain"/],
    [['reveiw'], 2, /did you mean "review"/],
  ])('%j is refused with one sentence', async (argv, code, sentence) => {
    const repo = repositoryOf({ 'deploy/web.yaml': deployment, ...chart }, { 'deploy/web.yaml': broken });
    const result = await run(repo, ...argv, ...(argv[0] === 'review' ? ['--quiet'] : []));
    expect(result.err).toMatch(sentence);
    expect(result.err).toMatch(/^[^\n]+\n$/);
    expect(result.err).not.toContain('fault of the program');
    expect(result.code).toBe(code);
    if (!argv.includes('json=nowhere/x.json')) expect(result.out).toBe('');
  });

  test('a configuration with an error: told with its place, reviewed on defaults, exit 2', async () => {
    const config = '.github/pod-lifecycle-review.yml';
    const repo = repositoryOf(
      { 'deploy/web.yaml': deployment },
      { 'deploy/web.yaml': broken, [config]: 'fail-on: never\nfial: x\n' },
    );
    const { code, out, err } = await run(repo, 'review', '--quiet');
    expect(err).toMatch(/^\.github\/pod-lifecycle-review\.yml:2:1: there is no key "fial"[^\n]*\n$/);
    expect(out).toContain('probe-port-unresolved');
    expect(code).toBe(2);
    expect((await run(repo, 'review', '--quiet', '--show-settings')).code).toBe(2);
    expect((await run(repo, 'audit', '--quiet')).code).toBe(2);
  });
});

describe('the configuration of the reviewed revision', () => {
  const config = '.github/pod-lifecycle-review.yml';

  test.each([
    ['fail-on: never\n', 0, 'error `readinessProbe`'],
    ['rules: {probe-port-unresolved: warning}\n', 0, 'warning `readinessProbe`'],
    ['rules: {probe-port-unresolved: off}\n', 0, 'nothing to say'],
    ['exclude: [deploy/**]\n', 0, 'no manifest or chart was found'],
    ['limits: {file-bytes: 10}\n', 0, '(too-large)'],
  ])('%j', async (text, code, expected) => {
    const repo = repositoryOf(
      { 'deploy/web.yaml': deployment },
      { 'deploy/web.yaml': broken, [config]: text },
    );
    const result = await run(repo, 'review', '--quiet');
    expect(result.out).toContain(expected);
    expect([result.code, result.err]).toEqual([code, '']);
  });

  test('a chart that renders for ever: as long as it says', async () => {
    const loop = '{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}';
    const repo = repositoryOf(chart as Record<string, string>, {
      'charts/web/templates/loop.yaml': loop,
      [config]: 'limits: {run-seconds: 2, render-seconds: 60}\n',
    });
    const result = await run(repo, 'review', '--quiet');
    expect(result).toEqual({
      code: 3,
      out: '',
      err: 'pod-lifecycle-review: The run was stopped after 2 s, while judging the change (`limits.run-seconds` in the configuration allows more): nothing is known about this change.\n',
    });
  });

  describe('states a release', () => {
    const release = (more = ''): string =>
      `releases: [{chart: charts/web, values: [charts/web/values-prod.yaml], name: web${more}}]\n`;
    const prod = { 'charts/web/values-prod.yaml': 'port: http\n' };

    test('whose only values set is not worth a word', async () => {
      const repo = repositoryOf(
        { ...chart, ...prod, [config]: release() },
        { 'charts/web/values-prod.yaml': 'port: nope\n' },
      );
      const { code, out } = await run(repo, 'review', '--quiet');
      expect([code, out.split('\n')[0]]).toEqual([
        1,
        'error `readinessProbe` of `web` asks port `nope`, a name that the container does not declare',
      ]);
    });

    test('whose namespace is that of objects without one', async () => {
      const service =
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: "{{ .Release.Namespace }}"}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
      const template = 'charts/web/templates/deployment.yaml';
      const repo = repositoryOf(
        {
          ...chart,
          ...prod,
          'charts/web/templates/service.yaml': service,
          [config]: release(', namespace: shop'),
        },
        { [template]: String(chart[template]).replace(/ {10}readinessProbe:\n.*\n/, '') },
      );
      expect((await run(repo, 'review', '--quiet')).out).toContain('Service `web` sends it traffic');
    });
  });

  test('a lower severity for CI values goes below what is stated', async () => {
    const values = { 'charts/web/ci/kind-values.yaml': 'port: http\n' };
    const repo = repositoryOf(
      { ...chart, ...values, [config]: 'rules: {probe-port-unresolved: error}\n' },
      { 'charts/web/ci/kind-values.yaml': 'port: nope\n' },
    );
    const { code, out } = await run(repo, 'review', '--quiet');
    expect([code, out.startsWith('warning `readinessProbe`')]).toEqual([0, true]);
  });

  test('is shown with where each setting came from', async () => {
    const repo = repositoryOf({ 'README.md': 'a\n' }, { [config]: 'fail-on: warning\n' });
    const { code, out, err } = await run(repo, 'review', '--show-settings', '--quiet');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`fail-on: "warning"  # ${config}\n`);
    expect(out).toContain('limits.file-bytes: 5242880  # default\n');
  });
});

describe('audit', () => {
  test('judges every workload of a revision', async () => {
    const repo = repositoryOf({ 'deploy/web.yaml': broken, ...chart }, { 'README.md': 'a\n' });
    const { code, out } = await run(repo, 'audit', '--quiet');
    expect(code).toBe(1);
    expect(out).toContain('deploy/web.yaml:20:32');
    expect(out).toContain('2 release units, 2 renders, 2 workloads');
    expect(out).not.toContain('(new)');
    const report = JSON.parse((await run(repo, 'audit', '--quiet', '--format', 'json', 'charts')).out);
    expect(reportSchema.parse(report)).toMatchObject({
      findings: [],
      comparison: { base: null, mergeBase: null },
    });
    expect(report.comparison.head).toMatch(/^[0-9a-f]{40}$/);
  });

  test('of an empty repository says so', async () => {
    const repo = repositoryOf({}, {});
    expect(await run(repo, 'audit', '--quiet')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to say'),
    });
  });
});

describe('render', () => {
  const fixtures = join(root, 'fixtures/charts');

  test('prints a chart as Helm does, and with --trace where each line came from', async () => {
    const repo = repositoryOf(chart, {});
    const { code, out, err } = await run(repo, 'render', 'charts/web');
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`---\n# Source: web/templates/deployment.yaml\n${deployment}`);
    for (const unit of ['./charts/web/', 'helm:charts/web'])
      expect((await run(repo, 'render', unit)).out).toBe(out);
    const traced = (await run(repo, 'render', 'charts/web', '--trace')).out;
    expect(traced).toContain('  # charts/web/templates/deployment.yaml:20\n');
  });

  test('takes values files of the revision or of the disk', async () => {
    const repo = repositoryOf({ ...chart, 'values/prod.yaml': 'port: 81\n' }, {});
    write(repo, { 'local.yaml': 'port: 82\n' });
    expect((await run(repo, 'render', 'charts/web', '-f', 'values/prod.yaml')).out).toContain('port: 81}');
    expect((await run(repo, 'render', 'charts/web', '--values', 'local.yaml')).out).toContain('port: 82}');
  });

  test('equals the golden output', async () => {
    const expected = join(fixtures, 'synthetic/expected');
    const files = Object.fromEntries(
      readdirSync(join(fixtures, 'synthetic'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes('expected'))
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return [
            `chart${path.slice(join(fixtures, 'synthetic').length)}`,
            new Uint8Array(readFileSync(path)),
          ];
        }),
    );
    const repo = repositoryOf(files, {});
    const { out, err } = await run(repo, 'render', 'chart');
    expect([out.split('\n').length, err]).toEqual([
      readFileSync(join(expected, 'default.yaml'), 'utf8').split('\n').length,
      '',
    ]);
    expect(out).toBe(readFileSync(join(expected, 'default.yaml'), 'utf8'));
  });

  test('prints a kustomization as Kustomize does, what it leaves out, and with --trace the sources', async () => {
    const files = {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n',
      'prod/kustomization.yaml': 'resources:\n  - ../base\n  - https://example.com/x.yaml\nnamespace: shop\n',
      'bad/kustomization.yaml': 'resources:\n  - gone.yaml\n',
    };
    const repo = repositoryOf(files, {});
    const { code, out, err } = await run(repo, 'render', 'prod');
    expect(code).toBe(0);
    expect(out).toBe('apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\n');
    expect(err).toBe(
      'prod/kustomization.yaml:3 takes https://example.com/x.yaml from outside the repository; it was left out.\n',
    );
    expect((await run(repo, 'render', 'kustomize:prod', '--trace')).out).toBe(
      'apiVersion: v1  # base/web.yaml:1\nkind: Service  # base/web.yaml:2\nmetadata:  # base/web.yaml:3\n  name: web  # base/web.yaml:4\n  namespace: shop  # prod/kustomization.yaml:4\n',
    );
    const bad = await run(repo, 'render', 'bad');
    expect([bad.code, bad.out]).toEqual([3, '']);
    expect(bad.err).toBe(
      "bad/kustomization.yaml:2: accumulating resources from 'gone.yaml': 'bad/gone.yaml' doesn't exist\n",
    );
  });

  test('of a chart that does not render says where: exit 3', async () => {
    const template = 'charts/web/templates/deployment.yaml';
    const repo = repositoryOf({ ...chart, [template]: 'a: {{ fail "no" }}\n' }, {});
    const { code, out, err } = await run(repo, 'render', 'charts/web');
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/^charts\/web\/templates\/deployment\.yaml:1: [^\n]+\n$/);
  });
});

describe('validate', () => {
  test('prints what Kubernetes says', async () => {
    const directory = directoryOf({
      'good.yaml': deployment,
      'bad.yaml': deployment.replace('replicas: 3', 'replicas: -1\n  nope: 1'),
      'other.yaml': 'apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\n',
    });
    const { code, out } = await run(directory, 'validate', 'good.yaml', 'bad.yaml', 'other.yaml');
    expect(code).toBe(1);
    expect(out).toContain('good.yaml: Deployment/web: accepted\n');
    expect(out).toContain('bad.yaml: Deployment/web: refused, 2 problems\n');
    expect(out).toContain('  refused: spec.replicas: ');
    expect(out).toContain('other.yaml: Thing/a: not a kind that is checked\n');
    expect((await run(directory, 'validate', 'good.yaml')).code).toBe(0);
  });

  test('as an update of what was there', async () => {
    const directory = directoryOf({
      'old.yaml': deployment,
      'new.yaml': deployment.replaceAll('app: web', 'app: api'),
    });
    expect((await run(directory, 'validate', 'new.yaml')).code).toBe(0);
    const { code, out } = await run(directory, 'validate', 'new.yaml', '--old', 'old.yaml');
    expect(code).toBe(1);
    expect(out).toContain('new.yaml: Deployment/web: refused, 1 problem\n  refused: spec.selector: ');
  });

  test('what cannot be read is told, and the rest is still checked: exit 3', async () => {
    const directory = directoryOf({ 'good.yaml': deployment, 'bad.yaml': 'a: [\n', 'empty.yaml': 'a: 1\n' });
    const { code, out, err } = await run(directory, 'validate', 'bad.yaml', 'good.yaml', 'empty.yaml');
    expect(code).toBe(3);
    expect(out).toBe('good.yaml: Deployment/web: accepted\n');
    expect(err).toMatch(
      /^bad\.yaml:1:\d+: this is not valid YAML: [^\n]+\nempty\.yaml: there is no Kubernetes object in it\n$/,
    );
  });
});

describe('explain', () => {
  test.each(rules.map(({ id }) => [id]))('prints the page of %s', async (id) => {
    const { code, out, err } = await run(root, 'explain', id);
    expect([code, out.split('\n')[0], err]).toEqual([0, `# ${id}`, '']);
  });
});

describe('help and version', () => {
  test.each([[['--help']], [['review', '--help']], [['-h']]])('%j prints help', async (argv) => {
    expect(await run(root, ...argv)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Exit codes'),
      err: '',
    });
  });

  test('no words at all print it on stderr: exit 2', async () => {
    expect(await run(root)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Exit codes') });
  });

  test('the version is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(await run(root, '--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('behind -- they are paths', async () => {
    const repo = repositoryOf({ 'deploy/web.yaml': deployment }, {});
    expect(await run(repo, 'review', '--quiet', '--', '--version')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--version: there is no such file'),
    });
  });
});
